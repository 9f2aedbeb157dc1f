import { csvLine } from '../../core/csv.ts'
import { ledgerColumns } from '../../core/read-ledger-csv.ts'
import { stageOf, statusWordOf, warningOf, type TaxonProgress } from '../../core/taxon-progress.ts'

/** A taxon of `microfetch.csv`. */
export interface LedgerCsvTaxon {
  taxId: number
  lastChecked: string | null
  priority: number
  progress: TaxonProgress
}

/** The text of `microfetch.csv`: the original's columns and words, a line for each taxon that is not removed. */
export function ledgerCsv(taxa: readonly LedgerCsvTaxon[]): string {
  return [csvLine(ledgerColumns), ...taxa.map(taxon => csvLine(cellsOf(taxon)))].join('')
}

function cellsOf({ taxId, lastChecked, priority, progress }: LedgerCsvTaxon): string[] {
  const stage = stageOf(progress)
  const cells: Record<(typeof ledgerColumns)[number], string> = {
    taxonomy_id: String(taxId),
    last_checked: lastChecked === null ? '' : `${lastChecked.slice(0, 19)}Z`,
    droplet_ips: progress.addresses.join(';'),
    last_run_status: statusWordOf(progress),
    needs_attention: progress.needs.join('; '),
    stage: String(stage.number),
    stage_name: stage.name,
    priority: String(priority),
    generated_warning: warningOf(progress),
  }
  return ledgerColumns.map(column => cells[column])
}
