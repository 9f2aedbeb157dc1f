import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { OpenCloud } from '../../src/rehearsal/cloud/open-cloud.ts'

/** What a home's ledger says that its machines have cost, beside the cloud's bill: one fault when they differ by a cent or more. */
export function readBooks(home: string, cloud: Pick<OpenCloud, 'bill'>): string[] {
  const ledger = new DatabaseSync(join(home, 'ledger.sqlite'), { readOnly: true })
  try {
    const row = ledger.prepare('select coalesce(sum(microdollars), 0) as spent from costs').get()
    const ours = Math.round(Number(row?.['spent']) / 10_000)
    const theirs = Number(cloud.bill().cents)
    return ours === theirs ? [] : [`our books say ${ours} cents, the bill says ${theirs}`]
  } finally {
    ledger.close()
  }
}
