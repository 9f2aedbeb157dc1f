import type { Client } from '../api/client.ts'
import { describeError, Problem, type ProblemCode } from '../core/problem.ts'
import type { CliContext } from './cli-context.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts'
import { readTaxId } from './read-arguments.ts'

/** What was asked for, and why it was not done. */
export interface RefusedTaxon {
  asked: string
  why: string
}

/** What became of several taxa: what each that could be done gave, the others, and the exit status that goes with it. */
export interface EachTaxon<Done> {
  done: Done[]
  refused: RefusedTaxon[]
  code: ExitCode
}

/** With these the next taxon may do better; with any other there is no use in asking on. */
const ofThisTaxon: readonly ProblemCode[] = ['not-found', 'not-allowed', 'bad-input']

/**
 * Does something with each of the taxa, one by one. One that cannot be done does not keep the others from it; what was done is
 * for the verb to print, whatever came after. One taxon alone throws what it met.
 */
export async function eachTaxon<Done>(
  client: Client,
  given: readonly string[],
  act: (taxId: number) => Promise<Done>,
): Promise<EachTaxon<Done>> {
  const done: Done[] = []
  const refused: RefusedTaxon[] = []
  const codes: ExitCode[] = []
  let isOver = false
  for (const asked of given) {
    try {
      if (isOver) refused.push({ asked, why: 'it was not asked for any more' })
      else done.push(await act(await readTaxId(client, asked)))
    } catch (error) {
      if (given.length === 1 || !(error instanceof Problem)) throw error
      refused.push({ asked, why: describeError(error) })
      codes.push(exitCodeOf[error.code])
      isOver = !ofThisTaxon.includes(error.code)
    }
  }
  return { done, refused, code: codeOf(done.length, codes) }
}

function codeOf(done: number, codes: readonly ExitCode[]): ExitCode {
  if (codes.length === 0) return exitCodes.ok
  return Math.max(done > 0 ? exitCodes.partial : exitCodes.error, ...codes) as ExitCode
}

/** Names the taxa that were refused, and sets the exit status. */
export function tellRefused(context: CliContext, { refused, code }: EachTaxon<unknown>): void {
  const { screen } = context
  for (const { asked, why } of refused) screen.say(screen.paint.yellow(`${asked}: ${why}`))
  context.ends(code)
}
