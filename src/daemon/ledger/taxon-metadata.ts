import type { Reader } from './ledger.ts'

/** The stored metadata of a run: its cells, tab separated, in the order of a list of columns. */
export interface StoredMetadata {
  metadata: string
  fieldSet: number
}

const pageSize = 500

/** The metadata of every run that a taxon knows, in the order of their accessions, page by page. */
export async function* metadataPages(read: Reader, taxId: number): AsyncGenerator<StoredMetadata[]> {
  for (let after = ''; ;) {
    const rows = await read
      .selectFrom('verdicts as v')
      .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
      .select(['v.run_accession', 'r.metadata', 'r.field_set'])
      .where('v.tax_id', '=', taxId)
      .where('v.run_accession', '>', after)
      .orderBy('v.run_accession')
      .limit(pageSize)
      .execute()
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.run_accession
    yield rows.map(row => ({ metadata: row.metadata, fieldSet: row.field_set }))
  }
}
