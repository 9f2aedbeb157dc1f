import type { ProblemCode } from '../core/problem.ts'

/** What the program's exit status tells a script. The one list; docs/src/exit-codes.md explains it, a test compares the two. */
export const exitCodes = {
  ok: 0,
  error: 1,
  usage: 2,
  /** Some of what was asked was done, some was not; or some runs need a person. */
  partial: 3,
  /** Credentials are missing or refused. */
  auth: 4,
  /** Their side; another try may help. */
  temporary: 5,
  /** A cap set by the operator stands in the way. */
  capReached: 8,
  /** The time given with `--max-duration` is over. */
  timeCap: 10,
  /** Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The exit status of a program that ends with a problem. */
export const exitCodeOf: Record<ProblemCode, ExitCode> = {
  'no-capacity': exitCodes.temporary,
  'slow-down': exitCodes.temporary,
  unreachable: exitCodes.temporary,
  refused: exitCodes.auth,
  'broken-answer': exitCodes.error,
  'not-allowed': exitCodes.error,
  'not-found': exitCodes.error,
  'bad-input': exitCodes.usage,
  'no-space': exitCodes.error,
}
