import type { Selectable } from 'kysely'
import { Problem } from '../../../core/problem.ts'
import type { Reader } from '../ledger.ts'
import type { TaxaTable } from '../tables.ts'

/** A taxon that was tracked at any time; `not-found` when there is none. */
export async function knownTaxon(read: Reader, taxId: number): Promise<Selectable<TaxaTable>> {
  const taxon = await read.selectFrom('taxa').selectAll().where('tax_id', '=', taxId).executeTakeFirst()
  if (taxon === undefined) throw new Problem('not-found', `taxon ${taxId} is not tracked; "microfetch add ${taxId}" tracks it`)
  return taxon
}

/** A taxon that is tracked now; `not-found` when it never was, `not-allowed` when it is no longer. */
export async function trackedTaxon(read: Reader, taxId: number): Promise<Selectable<TaxaTable>> {
  const taxon = await knownTaxon(read, taxId)
  if (taxon.state === 'removed')
    throw new Problem('not-allowed', `taxon ${taxId} ${taxon.scientific_name} was removed; "microfetch add ${taxId}" revives it`)
  return taxon
}

/** Why nothing is begun for a taxon now, in words; empty when nothing stands in its way. */
export async function whatHolds(
  read: Reader,
  taxon: Pick<Selectable<TaxaTable>, 'tax_id' | 'paused' | 'state'>,
): Promise<string> {
  if (taxon.state !== 'tracked') return `it is ${taxon.state}`
  if (taxon.paused === 1) return 'it is paused'
  const need = await read
    .selectFrom('attention')
    .select('cause')
    .where('subject', '=', 'taxon')
    .where('subject_id', '=', String(taxon.tax_id))
    .where('resolved_at', 'is', null)
    .orderBy('id')
    .executeTakeFirst()
  return need === undefined ? '' : `it needs attention (${need.cause})`
}
