import type { Policy } from '../../../core/policy.ts'

/** What of the files no longer shows what the ledger knows. */
export interface Seen {
  hasNewEvents: boolean
  isLedgerCsvCurrent: boolean
  /** Those first that waited longest. */
  stale: { taxId: number; filesWrittenAt: string | null }[]
}

export type Action = { kind: 'events' } | { kind: 'ledger csv' } | { kind: 'taxon files'; taxId: number }

/** More wait for the next pass. */
const taxaPerPass = 20

/** The ledger's file after every pass that changed it; a taxon's files at most once in a while, as they may be large. */
export function plan(seen: Seen, policy: Policy, now: Date): Action[] {
  const due = seen.stale.filter(({ filesWrittenAt }) => {
    if (filesWrittenAt === null) return true
    const age = now.getTime() - Date.parse(filesWrittenAt)
    // A clock that was set back must not keep files from being written for long.
    return age < 0 || age >= policy.filesSeconds * 1000
  })
  return [
    ...(seen.hasNewEvents ? [{ kind: 'events' } as const] : []),
    ...(seen.isLedgerCsvCurrent ? [] : [{ kind: 'ledger csv' } as const]),
    ...due.slice(0, taxaPerPass).map(({ taxId }): Action => ({ kind: 'taxon files', taxId })),
  ]
}
