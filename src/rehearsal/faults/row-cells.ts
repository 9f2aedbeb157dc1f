import { dayText } from '../archive-clock.ts'
import { firstPublicDay } from '../cells/date-cells.ts'
import type { Fault } from './fault.ts'

function cellsFault<Name extends string>(
  name: Name,
  does: string,
  cells: Record<string, string>,
): Fault & { readonly name: Name } {
  return { name, does, strikes: [], change: () => ({ cells }) }
}

/** Faults of a row's text and numbers. They last until disarmed, for the run that the match names or for all. */
export const rowCells = [
  cellsFault('row-html-entities', 'Cells hold HTML entities as they are written.', {
    center_name: 'Children&apos;s Clinic &amp; Laboratory',
    study_title: 'Strains called &quot;wild&quot; &lt;2 years',
  }),
  cellsFault('row-quotes', 'Cells hold quotation marks that open and never close.', {
    sample_title: 'the "persistent isolate',
    sample_description: '"',
  }),
  cellsFault('row-non-ascii', 'Cells hold signs beyond ASCII.', {
    sample_title: 'Δtox mutant, 37 °C ± 1, 5 µl “fresh” – 株',
    center_name: 'Institut für Hygiene, Zürich',
  }),
  cellsFault('row-mojibake', 'Cells hold UTF-8 that was read in the wrong alphabet.', {
    center_name: 'HÃ´pital de la CÃ´te',
    country: 'CÃ´te d&apos;Ivoire',
  }),
  cellsFault('row-odd-dates', 'Days are free text, impossible, or a span.', {
    collection_date: '9999-99-99',
    collection_date_start: '2010/2014',
    first_created: 'missing',
  }),
  cellsFault('row-empty-counts', 'Reads and bases were never counted.', { read_count: '', base_count: '' }),
  cellsFault('row-count-garbage', 'Counts are words and signs.', { read_count: 'n/a', base_count: '-1' }),
  cellsFault('row-tab-in-cell', 'A cell holds a tab, so that a TSV row has one cell too many.', { sample_title: 'two\tcells' }),
  cellsFault('row-line-break-in-cell', 'A cell holds a line end, so that a TSV row is two lines.', {
    sample_title: 'two\nlines',
  }),
  cellsFault('row-accession-broken', 'The accession of a run is none.', { run_accession: 'not-an-accession' }),
  cellsFault('row-tax-id-garbage', 'The tax id is no number.', { tax_id: 'Shigella' }),
  cellsFault('row-sample-changed', 'The run belongs to another sample than before.', {
    sample_accession: 'SAMEA999000111',
    secondary_sample_accession: 'ERS99000111',
  }),
  {
    name: 'row-updated-before-public',
    does: 'The last update lies before the day on which the run became public.',
    strikes: [],
    change: row => ({ cells: { last_updated: dayText(firstPublicDay(row) - 45) } }),
  },
  {
    name: 'rows-reindexed',
    does: 'A third (35 %) of all rows says that it was updated on one and the same day.',
    strikes: [],
    defaults: { share: 0.35, value: '2026-06-30' },
    change: (_row, { value }) => ({ cells: { last_updated: value } }),
  },
  {
    name: 'column-emptied',
    does: 'A column (library_strategy) is empty in every row.',
    strikes: [],
    defaults: { column: 'library_strategy' },
    change: (_row, { column }) => ({ cells: { [column]: '' } }),
  },
] as const satisfies readonly Fault[]
