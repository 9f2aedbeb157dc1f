import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { noEffectPoint, type EffectPoint } from '../../core/effect-point.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { settleStale, staleMarks } from '../ledger/stale-files.ts'
import { progressOfTaxa } from '../ledger/taxon-progress.ts'
import { accessionNumbersCsv } from './accession-numbers-csv.ts'
import { ledgerCsv } from './ledger-csv.ts'
import { metadataCsv } from './metadata-csv.ts'
import type { Projector } from './projector.ts'
import { makeTaxonLogs } from './taxon-logs.ts'
import { writeWhole } from './write-whole.ts'

/** Where the original's files lie. */
export interface ProjectedPlaces {
  ledgerCsv: string
  /** `ENA_metadata/` and `ENA_accession_numbers/`. */
  metadataDir: string
  accessionDir: string
  logDir: string
}

/** What a projector is made of. */
export interface ProjectorParts {
  ledger: Ledger
  home: ProjectedPlaces
  clock: Clock
  /** The columns of metadata that are asked for now. */
  fields: () => readonly string[]
  effect?: EffectPoint
}

/** Makes the original's files of what stands in the ledger. */
export function makeProjector({ ledger, home, clock, fields, effect = noEffectPoint }: ProjectorParts): Projector {
  const { read } = ledger
  const wantedCsv = async () => {
    const taxa = await progressOfTaxa(read)
    return ledgerCsv(
      taxa.map(({ row, progress }) => ({ taxId: row.tax_id, lastChecked: row.last_checked, priority: row.priority, progress })),
    )
  }
  const isThere = async (text: string) => (await readFile(home.ledgerCsv, 'utf8').catch(() => undefined)) === text
  return {
    isLedgerCsvCurrent: async () => isThere(await wantedCsv()),
    writeLedgerCsv: async () => {
      const text = await wantedCsv()
      if (!(await isThere(text))) await writeWhole(home.ledgerCsv, [text], effect)
    },
    writeTaxonFiles: async taxId => {
      const seen = await staleMarks(read, taxId)
      if (seen.metadata > 0) await writeWhole(join(home.metadataDir, `${taxId}.csv`), metadataCsv(read, taxId, fields()), effect)
      if (seen.files > 0) await writeWhole(join(home.accessionDir, `${taxId}.csv`), accessionNumbersCsv(read, taxId), effect)
      await ledger.write(tx => settleStale(tx, taxId, seen, clock()))
    },
    writeTaxonLogs: makeTaxonLogs(ledger, home.logDir, effect),
  }
}
