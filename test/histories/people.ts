import type { Ledger, Tx } from '../../src/daemon/ledger/ledger.ts'
import { moveBatch, moveDelivery } from '../../src/daemon/ledger/move-state.ts'
import { markUnjudged } from '../../src/daemon/ledger/verdicts.ts'
import { filesOf, revisionAt } from './seed-ledger.ts'
import type { World } from './world.ts'

/** What a history remembers of the archive: run → generation of its files. */
export type Generations = Map<string, number>

/** One random act of a person or of the archive, as the routes and `discover` would write it down. */
export async function actAtRandom(
  ledger: Ledger,
  world: World,
  runs: readonly string[],
  generations: Generations,
): Promise<void> {
  await ledger.write(async tx => {
    const run = (await interestingRun(tx, world)) ?? world.chance.pick(runs) ?? ''
    switch (world.chance.below(8)) {
      case 0:
        return changeFiles(tx, run, generations)
      case 1:
        return setSkip(tx, run, 'a person said so')
      case 2:
        return setSkip(tx, run, null)
      case 3:
        return cancelOne(tx, world)
      case 4:
        return retryFailed(tx, world)
      case 5:
        return togglePause(tx, world)
      case 6:
        return setArchiveState(tx, run, world.chance.happens(0.3) ? 'withdrawn' : 'public')
      default:
        return reportAgain(tx)
    }
  })
}

/** Often a run whose delivery failed or was dropped: there people and the archive change most. */
async function interestingRun(tx: Tx, world: World): Promise<string | undefined> {
  if (world.chance.happens(0.4)) return undefined
  const rows = await tx.selectFrom('deliveries').select('run_accession').where('state', 'in', ['failed', 'dropped']).execute()
  return world.chance.pick(rows)?.run_accession
}

async function changeFiles(tx: Tx, run: string, generations: Generations): Promise<void> {
  const generation = (generations.get(run) ?? 0) + 1
  generations.set(run, generation)
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
}

async function setSkip(tx: Tx, run: string, skip: string | null): Promise<void> {
  await tx.updateTable('verdicts').set({ skip }).where('run_accession', '=', run).execute()
  await markUnjudged(tx, run)
}

async function setArchiveState(tx: Tx, run: string, state: 'public' | 'withdrawn'): Promise<void> {
  await tx.updateTable('runs').set({ archive_state: state }).where('run_accession', '=', run).execute()
  await markUnjudged(tx, run)
}

async function cancelOne(tx: Tx, world: World): Promise<void> {
  const batches = await tx
    .selectFrom('batches')
    .select(['id', 'state'])
    .where('state', 'in', ['queued', 'assigned', 'started'])
    .execute()
  const batch = world.chance.pick(batches)
  if (batch === undefined) return
  await moveBatch(
    tx,
    batch.id,
    { seen: batch.state, event: 'cancel' },
    { at: world.now(), why: 'a person cancelled it', byWhom: 'a person' },
  )
}

/** Every failed delivery is owed again, as `retry` does it. */
export async function retryFailed(tx: Tx, world: World): Promise<void> {
  const failed = await tx.selectFrom('deliveries').selectAll().where('state', '=', 'failed').execute()
  for (const delivery of failed) {
    const open = await tx
      .selectFrom('deliveries')
      .select('id')
      .where('run_accession', '=', delivery.run_accession)
      .where('recipe', '=', delivery.recipe)
      .where('state', 'in', ['wanted', 'batched'])
      .executeTakeFirst()
    if (open !== undefined) continue
    const cause = { at: world.now(), why: 'a person asked for it', byWhom: 'a person' }
    await moveDelivery(tx, delivery.id, { seen: 'failed', event: 'retry' }, cause, {
      strikes: 0,
      alone: 0,
      memory_step: 0,
      reason: null,
    })
    await markUnjudged(tx, delivery.run_accession)
  }
}

async function togglePause(tx: Tx, world: World): Promise<void> {
  await tx
    .updateTable('taxa')
    .set({ paused: world.chance.below(2) })
    .where('tax_id', '=', world.chance.happens(0.5) ? 561 : 562)
    .execute()
}

// As after a restore: receipts are reported again, which proves what was stored and never acknowledged.
export async function reportAgain(tx: Tx): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ key: 'adopting', value: '1' })
    .onConflict(conflict => conflict.column('key').doUpdateSet({ value: '1' }))
    .execute()
}
