import { everyRun } from '../ledger/asked/run-list.ts'
import type { Reader } from '../ledger/ledger.ts'
import { taxonNames } from '../ledger/asked/work-ahead.ts'
import { allTaxa } from '../ledger/taxa.ts'

/** The columns of `status.tsv`: the fate of every run, once for each taxon that knows it. */
export const statusColumns = [
  'run_accession',
  'tax_id',
  'taxon',
  'state',
  'reason',
  'detail',
  'recipe',
  'batch',
  'path',
  'scientific_name',
  'sample_accession',
  'study_accession',
  'first_public',
  'base_count',
  'fastq_bytes',
  'changed_at',
] as const

const linesPerChunk = 1000

/** `status.tsv`, some lines at a time, in the order of the accessions; of one taxon or of all. */
export async function* statusTsv(read: Reader, taxId: number | undefined): AsyncGenerator<string> {
  const names = await taxonNames(
    read,
    (await allTaxa(read, { removed: true })).map(row => row.tax_id),
  )
  let lines = [`${statusColumns.join('\t')}\n`]
  for await (const run of everyRun(read, { taxId, state: undefined, reason: undefined })) {
    const taxon = names.get(run.taxId) ?? ''
    const what = [run.runAccession, String(run.taxId), taxon, run.state, run.reason, run.detail, run.recipe, run.batch, run.path]
    const archive = [run.scientificName, run.sampleAccession, run.studyAccession, run.firstPublicOn]
    const sizes = [run.baseCount === null ? '' : String(run.baseCount), String(run.fastqBytes), run.changedAt]
    lines.push(`${[...what, ...archive, ...sizes].map(plain).join('\t')}\n`)
    if (lines.length < linesPerChunk) continue
    yield lines.join('')
    lines = []
  }
  yield lines.join('')
}

/** TSV knows no quotes: a tab or a line break within a cell becomes a blank. */
function plain(cell: string): string {
  return cell.replace(/[\t\r\n]+/g, ' ')
}
