import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { markUnjudged } from '../../src/daemon/ledger/verdicts.ts'
import { filesOf, revisionAt } from './seed-ledger.ts'

/** What a history remembers of the archive: run → generation of its files. */
export type Generations = Map<string, number>

/** The archive changes the files of a run, and `discover` writes it down. */
export async function changeFiles(ledger: Ledger, run: string, generations: Generations): Promise<void> {
  const generation = (generations.get(run) ?? 0) + 1
  generations.set(run, generation)
  await ledger.write(async tx => {
    await tx
      .updateTable('runs')
      .set({
        files_json: JSON.stringify(filesOf(run, generation)),
        revision: revisionAt(run, generation),
        row_hash: `h${generation}`,
      })
      .where('run_accession', '=', run)
      .execute()
    await markUnjudged(tx, run)
  })
}

/** The archive withdraws a run or gives it back, and `discover` writes it down. */
export async function setArchiveState(ledger: Ledger, run: string, state: 'public' | 'withdrawn'): Promise<void> {
  await ledger.write(async tx => {
    await tx.updateTable('runs').set({ archive_state: state }).where('run_accession', '=', run).execute()
    await markUnjudged(tx, run)
  })
}
