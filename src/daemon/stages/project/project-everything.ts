import type { Deps } from '../../deps.ts'
import { staleTaxa } from '../../ledger/stale-files.ts'
import { apply } from './apply.ts'

/** Writes every file that is stale, however short ago it was written: when the program is about to end, nobody else will. */
export async function projectEverything(deps: Deps): Promise<void> {
  await apply({ kind: 'events' }, deps)
  await apply({ kind: 'ledger csv' }, deps)
  for (const { taxId } of await staleTaxa(deps.ledger.read)) await apply({ kind: 'taxon files', taxId }, deps)
}
