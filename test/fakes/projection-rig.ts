import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCsv } from '../../src/core/csv.ts'
import { moveDelivery } from '../../src/daemon/ledger/move-state.ts'
import { makeProjector } from '../../src/daemon/projections/make-projector.ts'
import type { Projector } from '../../src/daemon/projections/projector.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { projectStage } from '../../src/daemon/stages/project/project-stage.ts'
import { openArchiveRig, type ArchiveRig } from './archive-rig.ts'

/** The archive side of a daemon with the original's files in a folder of its own. */
export interface ProjectionRig extends ArchiveRig {
  at(...parts: string[]): string
  text(...parts: string[]): string
  /** The cells of a CSV file. */
  cells(...parts: string[]): string[][]
  /** Another projector over the same ledger and folder, as after a start; `effect` may end it anywhere. */
  newProjector(effect?: (name: string) => void): Projector
  /** Passes until nothing is left to write; how many had something to do. */
  project(): Promise<number>
  /** Puts the run's wanted delivery into batch `b1`, on a machine of this address. */
  batchRun(run: string, address: string): Promise<void>
}

/** Opens one. */
export async function openProjectionRig(): Promise<ProjectionRig> {
  const rig = await openArchiveRig()
  const dir = mkdtempSync(join(tmpdir(), 'microfetch-projector-'))
  const at = (...parts: string[]) => join(dir, ...parts)
  const text = (...parts: string[]) => readFileSync(at(...parts), 'utf8')
  const home = {
    ledgerCsv: at('microfetch.csv'),
    metadataDir: at('ENA_metadata'),
    accessionDir: at('ENA_accession_numbers'),
    logDir: at('logs'),
  }
  const newProjector: ProjectionRig['newProjector'] = effect =>
    makeProjector({
      ledger: rig.ledger,
      home,
      clock: () => rig.now(),
      fields: () => rig.source.fields(),
      ...(effect === undefined ? {} : { effect }),
    })
  rig.deps.projector = newProjector()
  return {
    ...rig,
    at,
    text,
    cells: (...parts) => readCsv(text(...parts)).rows.map(row => row.cells),
    newProjector: effect => newProjector(effect),
    project: async () => {
      for (let passes = 0; ; passes++) {
        const report = await pass(projectStage, rig.deps)
        assert.deepEqual(report.failures, [])
        if (report.planned === 0) return passes
      }
    },
    batchRun: (run, address) => batchRun(rig, run, address),
    close: async () => {
      await rig.close()
      rmSync(dir, { recursive: true })
    },
  }
}

async function batchRun(rig: ArchiveRig, run: string, address: string): Promise<void> {
  const [delivery] = await rig.deliveries(run)
  const now = rig.now().toISOString()
  await rig.ledger.write(async tx => {
    const batch = {
      id: 'b1',
      name: 'Shigella-1',
      state: 'started',
      recipe: 'assemble',
      keep: 'both',
      charged_tax_id: 624,
      expected_bytes: 1,
      expected_bases: 1,
    } as const
    await tx
      .insertInto('batches')
      .values({ ...batch, memory_gb: 8, attempts_made: 1, sunk_attempts: 0, created_at: now, changed_at: now })
      .execute()
    await moveDelivery(
      tx,
      delivery?.id ?? '',
      { seen: 'wanted', event: 'take' },
      { at: rig.now(), why: 'packed', byWhom: 'batch', taxId: 624 },
      { batch_id: 'b1' },
    )
    const times = { requested_at: now, changed_at: now, last_heard_at: null, destroy_asked_at: null, held_since: null }
    await tx
      .insertInto('workers')
      .values({
        name: 'w1',
        attempt_id: 'a1',
        provider: 'fake',
        state: 'working',
        machine_id: 'm1',
        address,
        ending: '',
        missing_sightings: 0,
        ...times,
      })
      .execute()
    const silent = {
      outcome: 'none',
      reason: null,
      detail: '',
      cure: null,
      heard_at: null,
      manifest_sha256: null,
      collect_failures: 0,
    } as const
    await tx
      .insertInto('attempt_runs')
      .values({
        attempt_id: 'a1',
        run_accession: run,
        delivery_id: delivery?.id ?? '',
        next_collect_at: null,
        collect_error: '',
        receipt_id: null,
        removed_at: null,
        ...silent,
      })
      .execute()
  })
}
