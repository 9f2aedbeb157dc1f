/**
 * What the caller should do next.
 * `no-capacity` later or elsewhere · `slow-down` they said wait · `unreachable` their side, the next pass tries again ·
 * `refused` credentials or rights, a person must act · `broken-answer` not what it should be, a person must look ·
 * `not-allowed` tell whoever asked · `not-found` there is no such thing · `bad-input` what was given is wrong ·
 * `no-space` a disk is full.
 */
export type ProblemCode =
  | 'no-capacity'
  | 'slow-down'
  | 'unreachable'
  | 'refused'
  | 'broken-answer'
  | 'not-allowed'
  | 'not-found'
  | 'bad-input'
  | 'no-space'

/** The one error class: its code says what to do next, its message which thing, its cause the rest. */
export class Problem extends Error {
  readonly code: ProblemCode

  constructor(code: ProblemCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'Problem'
    this.code = code
  }
}

/** Whether another try by itself may help, without a person. */
export function isTemporary(code: ProblemCode): boolean {
  return code === 'no-capacity' || code === 'slow-down' || code === 'unreachable'
}

/** The message of anything that was thrown, with its chain of causes. */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const cause = thrown.cause === undefined ? '' : ` (${describeError(thrown.cause)})`
  return `${thrown.message}${cause}`
}
