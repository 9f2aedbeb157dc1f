import { csvLine } from '../../core/csv.ts'
import { everyRun } from '../ledger/asked/run-list.ts'
import type { Reader } from '../ledger/ledger.ts'
import { addressesOfRuns } from '../ledger/taxon-progress.ts'

/** The original's columns, then ours. */
const columns = ['run_accession_number', 'excluded', 'droplet_ip', 'reason', 'batch', 'state'] as const

const excludedStates: ReadonlySet<string> = new Set(['excluded', 'skipped', 'withdrawn'])
const linesPerChunk = 1000

/** `ENA_accession_numbers/<taxon_id>.csv`, some lines at a time: every run of the taxon and where it stands. */
export async function* accessionNumbersCsv(read: Reader, taxId: number): AsyncGenerator<string> {
  const addresses = await addressesOfRuns(read)
  let lines = [csvLine(columns)]
  for await (const run of everyRun(read, { taxId, state: undefined, reason: undefined })) {
    const { runAccession, state, batch } = run
    const excluded = excludedStates.has(state) ? 'true' : 'false'
    const address = excluded === 'true' ? '' : (addresses.get(runAccession) ?? '')
    lines.push(csvLine([runAccession, excluded, address, run.reason.replaceAll(',', ';'), batch, state]))
    if (lines.length < linesPerChunk) continue
    yield lines.join('')
    lines = []
  }
  yield lines.join('')
}
