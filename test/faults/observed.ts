import type { RunFate } from '../../src/api/run-fate.ts'
import { isReasonCode, reasons } from '../../src/core/reason.ts'
import type { FaultName } from '../../src/rehearsal/faults.ts'
import type { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { fateOf } from '../end-to-end/what-stands.ts'

/** What became of a fault, in the words of the table. */
export interface Observed {
  fate: string
  /** Reason codes or causes of attention, each in backquotes; a dash for none. */
  code: string
  /** What is not as it must be, whatever the fault: nothing lost, everything explained. */
  wrong: string[]
}

/** What each fault of a walk came to. */
export type Walked = Map<FaultName, Observed>

/** Writes codes and causes as the table does. */
export function inTable(codes: Iterable<string>): string {
  const named = [...new Set(codes)].sort().map(code => `\`${code}\``)
  return named.length === 0 ? '–' : named.join(', ')
}

/** The fate of a check, struck once and for as long as the fault lasts. */
export function fateOfChecks(once: string, lasting: string): string {
  return once === lasting ? `check ${once}` : `once: check ${once}; lasting: check ${lasting}`
}

/** What of a check that came to nothing is not as it must be: people must see why. */
export function unsaid({ outcome, why }: { outcome: string; why: string }): string[] {
  return outcome !== 'good' && why === '' ? ['nothing says why the check came to nothing'] : []
}

/** Where a run stands for a taxon, and why, as `why` tells it. */
export interface Standing {
  state: string
  codes: string[]
  /** Codes that are told without what they mean. */
  unexplained: string[]
  /** Names the files that are owed or were; empty when none are. */
  revision: string
  /** Revisions of the run that lie at home. */
  atHome: string[]
}

/** Asks the door why a run stands where it does; a run that no check has seen is `not seen`. */
export async function standingOf(at: InstallationUnderTest, taxId: number, run: string): Promise<Standing> {
  const fate = await fateOf(at, run).catch(() => undefined)
  const verdict = fate?.verdicts.find(candidate => candidate.taxId === taxId)
  if (fate === undefined || verdict === undefined)
    return { state: 'not seen', codes: [], unexplained: [], revision: '', atHome: [] }
  const delivery = fate.deliveries.find(candidate => candidate.deliveryId === verdict.deliveryId)
  const codes = [...verdict.reasons, delivery?.reason ?? undefined].flatMap(reason => reason?.code ?? [])
  const atHome = fate.deliveries.flatMap(one => (one.receipt === null ? [] : [one.revision]))
  const unexplained = codes.filter(code => !isExplained(fate, verdict.state, code))
  return { state: verdict.state, codes, unexplained, revision: delivery?.revision ?? '', atHome }
}

/** Whether a code of ours comes with its meaning, and the story of a run that is not at home tells it. */
function isExplained(fate: RunFate, state: string, code: string): boolean {
  if (!isReasonCode(code)) return false
  const told = JSON.stringify([fate.verdicts, fate.deliveries])
  const story = fate.story.join(' ')
  // The shelf and a delivered run have sentences of their own.
  const hasOwnSentence = state === 'waiting' || state === 'delivered'
  return (
    told.includes(JSON.stringify(reasons[code])) && (hasOwnSentence ? story !== '' : story.includes(`${code}: ${reasons[code]}`))
  )
}
