import type { Policy } from '../../../core/policy.ts'

/** What is due. */
export interface Seen {
  taxa: {
    taxId: number
    priority: number
    /** Start of the last good check, and of the last good full one. */
    lastChecked: string | null
    lastFullCheck: string | null
    /** 1: the next one is full · 2: the first one a day after the last full one is. */
    fullCheckWanted: number
  }[]
  /** Runs that two full reconciles missed. */
  missed: { taxId: number; runAccession: string }[]
  /** Runs on the waiting shelf whose time has come. */
  waiting: { runAccession: string; waitingSince: string; waitingLooks: number }[]
}

export type Action =
  | { kind: 'check'; taxId: number; isFull: boolean }
  | { kind: 'look up'; taxId: number; runAccession: string }
  | { kind: 'look again'; runAccession: string; waitingSince: string; waitingLooks: number }

/** More wait for the next pass, so that the other stages come to their turn. */
const checksPerPass = 20
const looksPerPass = 100

const dayMs = 86_400_000

/** Checks first: the taxa of higher priority, then those never or least recently checked. Then the runs to be asked for one by one. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const order = (a: Seen['taxa'][number], b: Seen['taxa'][number]) =>
    b.priority - a.priority || compare(a.lastChecked ?? '', b.lastChecked ?? '') || a.taxId - b.taxId
  const checks = [...seen.taxa].sort(order).slice(0, checksPerPass)
  const looks: Action[] = [
    ...seen.missed.map((run): Action => ({ kind: 'look up', taxId: run.taxId, runAccession: run.runAccession })),
    ...seen.waiting.map((run): Action => ({ kind: 'look again', ...run })),
  ]
  return [
    ...checks.map((taxon): Action => ({ kind: 'check', taxId: taxon.taxId, isFull: isFullCheckDue(taxon, policy, now) })),
    ...looks.slice(0, looksPerPass),
  ]
}

function isFullCheckDue(taxon: Seen['taxa'][number], policy: Policy, now: Date): boolean {
  if (taxon.lastChecked === null || taxon.lastFullCheck === null || taxon.fullCheckWanted === 1) return true
  const age = now.getTime() - Date.parse(taxon.lastFullCheck)
  return age >= (taxon.fullCheckWanted === 2 ? 1 : policy.fullCheckDays) * dayMs
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
