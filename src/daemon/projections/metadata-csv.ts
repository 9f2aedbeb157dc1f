import { csvLine } from '../../core/csv.ts'
import { allFieldSets } from '../ledger/field-sets.ts'
import type { Reader } from '../ledger/ledger.ts'
import { metadataPages } from '../ledger/taxon-metadata.ts'

/**
 * `ENA_metadata/<taxon_id>.csv`, page by page: every column as the archive sent it, for every run of the taxon. Columns that an older
 * microfetch stored and this one does not ask for stand at the end.
 */
export async function* metadataCsv(read: Reader, taxId: number, fields: readonly string[]): AsyncGenerator<string> {
  const sets = await allFieldSets(read)
  const columns = [...new Set([...fields, ...[...sets.values()].reverse().flat()])]
  const places = new Map([...sets].map(([id, set]) => [id, columns.map(column => set.indexOf(column))]))
  yield csvLine(columns)
  for await (const page of metadataPages(read, taxId)) {
    yield page
      .map(row => {
        const cells = row.metadata.split('\t')
        return csvLine((places.get(row.fieldSet) ?? []).map(place => cells[place] ?? ''))
      })
      .join('')
  }
}
