import { column } from './print-list.ts'
import { printRows } from './print-table.ts'
import type { Screen } from './screen.ts'

interface TaxonTold {
  taxId: number
  scientificName: string
}

/** What became of each taxon that a verb was given: a line for each, with a header as every other list has. */
export async function printOutcomes<Told extends TaxonTold>(
  screen: Screen,
  taxa: readonly Told[],
  outcomeOf: (told: Told) => string,
): Promise<void> {
  const columns = [column<Told>('taxId', { right: true }), { name: 'outcome', value: outcomeOf }, column<Told>('scientificName')]
  await printRows(screen, columns, taxa)
}
