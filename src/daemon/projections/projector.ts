/** Writes the original's files from the ledger. */
export interface Projector {
  /** `microfetch.csv`, whole, when anything in it changed. */
  writeLedgerCsv(): Promise<void>
  /** `ENA_metadata/<taxon_id>.csv` and `ENA_accession_numbers/<taxon_id>.csv` of one taxon, streamed. */
  writeTaxonFiles(taxId: number): Promise<void>
  /** Appends to `logs/<taxon_id>.log` what the ledger's events have to say since the last time. */
  writeTaxonLogs(): Promise<void>
}
