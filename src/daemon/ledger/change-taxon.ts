import { sql } from 'kysely'
import type { SetOrder } from '../../core/effective-settings.ts'
import { writeEvent } from './events.ts'
import type { Tx } from './ledger.ts'
import type { Cause } from './move-state.ts'
import { overridesOf, taxonRow } from './taxa.ts'

// As a literal: an index on some rows only is not used for a value that is bound later.
const isBatched = sql.lit<'batched'>('batched')

/**
 * Carries out what a person set for a taxon. Its runs are judged anew by the filter stage, from what is stored; only a scope that
 * widens needs the archive, by a full reconcile. False when there is no such taxon.
 */
export async function changeTaxon(tx: Tx, taxId: number, order: SetOrder, cause: Cause): Promise<boolean> {
  const known = await taxonRow(tx, taxId)
  if (known === undefined) return false
  const settings = { ...overridesOf(known), ...order.set }
  for (const key of order.unset) Reflect.deleteProperty(settings, key)
  const scope = order.scope ?? known.scope
  const widens = known.scope === 'alone' && scope === 'subtree'
  await tx
    .updateTable('taxa')
    .set({
      settings_json: JSON.stringify(settings),
      priority: order.priority ?? known.priority,
      scope,
      ...(widens ? { full_check_wanted: 1, next_check_at: cause.at.toISOString() } : {}),
      files_stale: known.files_stale + 1,
    })
    .where('tax_id', '=', taxId)
    .execute()
  if (changesWhatIsMade(order)) await letGoOfBegun(tx, taxId)
  await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: 'set' }, { ...cause, taxId })
  return true
}

const makingKeys = ['recipe', 'keep'] as const

function changesWhatIsMade({ set, unset }: SetOrder): boolean {
  return makingKeys.some(key => set[key] !== undefined || unset.includes(key))
}

/**
 * The taxon points no longer at what is under way for it, until the filter stage has seen whether that is still what it asks for. Done with
 * the change, so that what comes home in between is not taken for what it had got before.
 */
async function letGoOfBegun(tx: Tx, taxId: number): Promise<void> {
  await tx
    .updateTable('verdicts')
    .set({ delivery_id: null, verdict: 'unjudged' })
    .where('tax_id', '=', taxId)
    .where('verdict', 'in', ['accepted', 'unjudged'])
    .where('run_accession', 'in', eb =>
      eb.selectFrom('deliveries as d').select('d.run_accession').where('d.state', '=', isBatched),
    )
    .where('delivery_id', 'in', eb => eb.selectFrom('deliveries as d').select('d.id').where('d.state', '=', isBatched))
    .execute()
}
