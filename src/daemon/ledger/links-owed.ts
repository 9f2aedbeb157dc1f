import type { Ledger, Reader, Tx } from './ledger.ts'

/** A taxon's link, still to be made, to results that were at home before the taxon wanted them. */
export interface LinkOwed {
  taxId: number
  runAccession: string
  deliveryId: string
  recipe: string
  recipeIdentity: string
  revision: string
  /** Where they lie, below the library. */
  relativePath: string
}

const oweOne = `insert or replace into links_owed (tax_id, run_accession, delivery_id) values (?, ?, ?)`

/** Notes links that are to be made. Inside a write only. */
export function oweLinks(ledger: Ledger, links: readonly Pick<LinkOwed, 'taxId' | 'runAccession' | 'deliveryId'>[]): void {
  ledger.runMany(
    oweOne,
    links.map(link => [link.taxId, link.runAccession, link.deliveryId]),
  )
}

/** The first so many links that are to be made. */
export async function linksOwed(read: Reader, limit: number): Promise<LinkOwed[]> {
  const rows = await read
    .selectFrom('links_owed as l')
    .innerJoin('deliveries as d', 'd.id', 'l.delivery_id')
    .innerJoin('receipts as r', 'r.delivery_id', 'l.delivery_id')
    .select(['l.tax_id', 'l.run_accession', 'l.delivery_id', 'd.recipe', 'd.recipe_identity', 'd.revision', 'r.relative_path'])
    .orderBy('l.tax_id')
    .orderBy('l.run_accession')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    taxId: row.tax_id,
    runAccession: row.run_accession,
    deliveryId: row.delivery_id,
    recipe: row.recipe,
    recipeIdentity: row.recipe_identity ?? '',
    revision: row.revision,
    relativePath: row.relative_path,
  }))
}

/** Forgets a link that was made, unless the taxon wants another delivery of the run by now. */
export async function forgetLink(tx: Tx, link: Pick<LinkOwed, 'taxId' | 'runAccession' | 'deliveryId'>): Promise<void> {
  await tx
    .deleteFrom('links_owed')
    .where('tax_id', '=', link.taxId)
    .where('run_accession', '=', link.runAccession)
    .where('delivery_id', '=', link.deliveryId)
    .execute()
}
