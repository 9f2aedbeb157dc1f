/** Writes the original's files from the ledger. */
export interface Projector {
  /** Whether `microfetch.csv` stands as the ledger would have it. */
  isLedgerCsvCurrent(): Promise<boolean>
  /** `microfetch.csv`, whole, when anything in it changed. */
  writeLedgerCsv(): Promise<void>
  /** `ENA_metadata/<taxon_id>.csv` and `ENA_accession_numbers/<taxon_id>.csv` of one taxon, streamed; each only where it is stale. */
  writeTaxonFiles(taxId: number): Promise<void>
  /** Appends to `logs/<taxon_id>.log` what the ledger's events have to say since the last time. */
  writeTaxonLogs(): Promise<void>
}
