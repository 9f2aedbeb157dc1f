import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listAttention, resolveAttention } from '../../src/api/attention.ts'
import { listBatches } from '../../src/api/batches.ts'
import { listPasses } from '../../src/api/passes.ts'
import { showPlan } from '../../src/api/plan.ts'
import { showHealth, showStatus } from '../../src/api/status.ts'
import { listWorkers } from '../../src/api/workers.ts'
import { Problem } from '../../src/core/problem.ts'
import { recordPass } from '../../src/daemon/ledger/passes.ts'
import { noon, openDoorWorld, type DoorWorld } from './door-world.ts'

async function openWorld(): Promise<DoorWorld> {
  const world = await openDoorWorld({}, { maxWorkers: 2, batchRuns: 2 })
  await world.rows.taxon(624, { scientific_name: 'Shigella sonnei' })
  return world
}

async function putWanted(world: DoorWorld, run: string, taxId = 624): Promise<void> {
  await world.rows.run(run)
  await world.rows.delivery(`d-${run}`, run)
  await world.rows.verdict(taxId, run, { delivery_id: `d-${run}` })
}

test('batches are listed newest first, with what their newest attempt has done', async () => {
  const world = await openWorld()
  await world.rows.batch('b1', { created_at: '2026-03-01T00:00:00.000Z', state: 'settled' })
  await world.rows.batch('b2')
  await world.rows.attempt('a1', 'b2', { closed_at: noon.toISOString() })
  await world.rows.attempt('a2', 'b2', { number: 2 })
  await world.rows.attemptRun('a2', 'ERR000001', { outcome: 'done', receipt_id: 'r1' })
  await world.rows.attemptRun('a2', 'ERR000002', { outcome: 'failed' })
  await world.rows.attemptRun('a2', 'ERR000003')
  const first = await world.client.ask(listBatches, { query: { limit: 1 } })
  const [batch] = first.rows
  assert.deepEqual(
    [batch?.name, batch?.runs, batch?.done, batch?.failed, batch?.delivered, batch?.worker],
    ['shigella-b2', 3, 1, 1, 1, 'mf-a2'],
  )
  const second = await world.client.ask(listBatches, { query: { limit: 1, after: first.next ?? '' } })
  assert.deepEqual([second.rows[0]?.name, second.next], ['shigella-b1', null])
  assert.deepEqual(
    (await world.client.ask(listBatches, { query: { state: 'open' } })).rows.map(row => row.name),
    ['shigella-b2'],
  )
  await assert.rejects(world.client.ask(listBatches, { query: { taxon: 1 } }), { code: 'not-found' })
})

test('workers are listed with what they said last, and those that are gone only when asked for', async () => {
  const world = await openWorld()
  await world.rows.batch('b1')
  const progress = {
    phase: 'working',
    runsDone: 1,
    runsFailed: 0,
    runsTotal: 3,
    bytesWritten: 9,
    freeDiskBytes: 1,
    freeMemoryBytes: 1,
    tasksEnded: 2,
  }
  await world.rows.attempt('a1', 'b1', {
    progress_json: JSON.stringify({ ...progress, beat: 4 }),
    last_beat_at: noon.toISOString(),
  })
  await world.rows.worker('a1')
  await world.rows.worker('a0', { state: 'destroyed', requested_at: '2026-03-01T00:00:00.000Z' })
  const { rows } = await world.client.ask(listWorkers, {})
  assert.deepEqual(
    rows.map(row => [row.name, row.batch, row.attempt, row.progress]),
    [['mf-a1', 'shigella-b1', 1, progress]],
  )
  const first = await world.client.ask(listWorkers, { query: { gone: true, limit: 1 } })
  const second = await world.client.ask(listWorkers, { query: { gone: true, limit: 1, after: first.next ?? '' } })
  assert.deepEqual([first.rows[0]?.name, second.rows[0]?.name, second.next], ['mf-a1', 'mf-a0', null])
})

test('resolving closes what is open; a retry owes what failed again and has the archive asked at once', async () => {
  const world = await openWorld()
  await world.rows.attention()
  await world.rows.attention({ subject: 'installation', subject_id: 'installation', cause: 'library-full' })
  await putWanted(world, 'ERR000001')
  await world.ledger.write(async tx => {
    await tx.updateTable('deliveries').set({ state: 'failed', reason: 'DL_MD5' }).execute()
  })
  const open = await world.client.ask(listAttention, {})
  assert.deepEqual(
    open.rows.map(row => [row.id, row.cause, row.scientificName]),
    [
      [1, 'collect-failed', 'Shigella sonnei'],
      [2, 'library-full', ''],
    ],
  )
  const body = { subject: { kind: 'taxon' as const, taxId: 624 }, how: 'retry' as const, runs: [], dryRun: true }
  assert.equal((await world.client.ask(resolveAttention, { body })).retried, 1)
  assert.equal((await world.client.ask(listAttention, {})).rows.length, 2)
  await world.client.ask(resolveAttention, { body: { ...body, dryRun: false } })
  assert.deepEqual(
    (await world.client.ask(listAttention, {})).rows.map(row => row.id),
    [2],
  )
  const resolved = (await world.client.ask(listAttention, { query: { resolved: true } })).rows[0]
  assert.deepEqual([resolved?.resolution, resolved?.resolvedBy], ['retry', 'person ada'])
  const delivery = await world.ledger.read.selectFrom('deliveries').select('state').executeTakeFirstOrThrow()
  const taxon = await world.ledger.read.selectFrom('taxa').select('next_check_at').executeTakeFirstOrThrow()
  assert.deepEqual([delivery.state, taxon.next_check_at], ['wanted', noon.toISOString()])
  await assert.rejects(
    world.client.ask(resolveAttention, { body: { ...body, dryRun: false } }),
    (error: unknown) => error instanceof Problem && error.code === 'not-found',
  )
})

test('resolving by skip skips exactly the runs that are named, and lists what is lost', async () => {
  const world = await openWorld()
  await world.rows.attention()
  await putWanted(world, 'ERR000001')
  await putWanted(world, 'ERR000002')
  await world.ledger.write(async tx => {
    await tx.updateTable('deliveries').set({ state: 'batched' }).execute()
  })
  const body = { subject: { kind: 'id' as const, id: 1 }, how: 'skip' as const, dryRun: false }
  await assert.rejects(world.client.ask(resolveAttention, { body: { ...body, runs: [] } }))
  const told = await world.client.ask(resolveAttention, { body: { ...body, runs: ['ERR000001'] } })
  assert.deepEqual([told.skipped, told.lostRuns], [['ERR000001'], ['ERR000001']])
  const skipped = await world.ledger.read.selectFrom('verdicts').select('run_accession').where('skip', 'is not', null).execute()
  assert.deepEqual(
    skipped.map(row => row.run_accession),
    ['ERR000001'],
  )
})

test('a plan packs what is owed as the batch stage would, and says what waits for what', async () => {
  const world = await openWorld()
  await world.rows.taxon(620, { paused: 1, scientific_name: 'Shigella', next_check_at: noon.toISOString() })
  for (const run of ['ERR000001', 'ERR000002', 'ERR000003']) await putWanted(world, run)
  await putWanted(world, 'ERR000004', 620)
  const plan = await world.client.ask(showPlan, {})
  assert.deepEqual(plan.batches.map(batch => [batch.taxId, batch.runs]).sort(), [
    [624, 1],
    [624, 2],
  ])
  assert.deepEqual([plan.wanted.runs, plan.packedRuns, plan.workers.allowed], [4, 3, 2])
  assert.deepEqual(plan.heldBack, [{ taxId: 620, scientificName: 'Shigella', runs: 1, why: 'it is paused' }])
  assert.deepEqual(
    plan.checks.map(check => check.taxId),
    [624],
    'a paused taxon is not checked',
  )
  assert.equal((await world.client.ask(showPlan, { query: { taxon: 620 } })).batches.length, 0)
  assert.equal((await world.ledger.read.selectFrom('batches').selectAll().execute()).length, 0, 'a plan changes nothing')
  assert.equal((await world.raw('/api/plan?taxon=7')).status, 404)
})

test('what was learnt from closed attempts replaces the assumption about how long runs take', async () => {
  const world = await openWorld()
  await putWanted(world, 'ERR000001')
  assert.match((await world.client.ask(showPlan, {})).hoursFrom, /assuming/)
  await world.rows.batch('b1', { state: 'settled', expected_bases: 300_000_000 })
  await world.rows.attempt('a1', 'b1', {
    heard_at: '2026-03-10T10:00:00.000Z',
    closing_at: '2026-03-10T12:00:00.000Z',
    closed_at: noon.toISOString(),
  })
  await world.rows.attemptRun('a1', 'ERR000009')
  const plan = await world.client.ask(showPlan, {})
  assert.match(plan.hoursFrom, /learnt from 1 run/)
  // One run of two hours, and another one of the same size on one of two workers.
  assert.equal(plan.batches[0]?.hours.toFixed(6), '2.000000')
})

test('a plan says why nothing would begin', async () => {
  const world = await openWorld()
  await world.rows.attention({ subject: 'installation', subject_id: 'installation', cause: 'library-full' })
  await world.ledger.write(async tx => {
    await tx.insertInto('installation').values({ key: 'adopting', value: '1' }).execute()
  })
  const { stops } = await world.client.ask(showPlan, {})
  assert.match(stops.join(' '), /restored.*library-full/s)
})

test('passes are listed newest first, also of one stage', async () => {
  const world = await openWorld()
  for (const stage of ['discover', 'filter', 'discover']) {
    await recordPass(world.ledger, { stage, planned: 2, failures: [{ action: 'a', why: 'w' }] }, noon, noon)
  }
  const first = await world.client.ask(listPasses, { query: { limit: 2 } })
  assert.deepEqual(
    first.rows.map(row => row.stage),
    ['discover', 'filter'],
  )
  const second = await world.client.ask(listPasses, { query: { limit: 2, after: first.next ?? '' } })
  assert.deepEqual([second.rows.length, second.next, second.rows[0]?.failures], [1, null, [{ action: 'a', why: 'w' }]])
  assert.equal((await world.client.ask(listPasses, { query: { stage: 'filter' } })).rows.length, 1)
  assert.equal((await world.raw('/api/passes?after=x')).status, 400)
})

test('the status counts taxa, deliveries, batches, workers and what needs a person', async () => {
  const world = await openWorld()
  await world.rows.taxon(620, { paused: 1 })
  await world.rows.attention()
  await putWanted(world, 'ERR000001')
  await world.rows.batch('b1', { state: 'finished' })
  await world.rows.attempt('a1', 'b1', { machine_id: 'm1' })
  await world.rows.worker('a1', { machine_id: 'm1', held_since: noon.toISOString() })
  await world.rows.run('ERR000002')
  await world.rows.delivery('d2', 'ERR000002', { state: 'batched', batch_id: 'b1' })
  await world.rows.attemptRun('a1', 'ERR000002', { delivery_id: 'd2', outcome: 'done' })
  const status = await world.client.ask(showStatus, {})
  assert.deepEqual(status.taxa, { tracked: 2, paused: 1, attention: 1 })
  assert.deepEqual(
    [status.deliveries.wanted, status.batches.finished, status.workers, status.attention],
    [1, 1, { alive: 1, held: 1 }, 1],
  )
  assert.deepEqual([status.lastPassAt, status.adopting, status.library], [null, false, '/library'])
})

test('the health route answers without a token', async () => {
  const world = await openDoorWorld({ access: { peopleTokenHash: '0'.repeat(64), hosts: ['localhost'] } })
  assert.deepEqual(await world.client.ask(showHealth, {}), { ok: true, version: '0.0.0' })
})
