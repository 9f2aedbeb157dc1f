import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callbackPaths } from '../../src/api/callbacks.ts'
import type { Assignment } from '../../src/api/assignment.ts'
import { forgetHeard } from '../../src/daemon/ledger/heard.ts'
import { tokenOf } from './door-rows.ts'
import { openDoorWorld, type DoorWorld } from './door-world.ts'

const progress = {
  phase: 'working',
  runsDone: 0,
  runsFailed: 0,
  runsTotal: 2,
  bytesWritten: 10,
  freeDiskBytes: 5,
  freeMemoryBytes: 5,
  tasksEnded: 1,
}
const done = { runAccession: 'ERR000001', outcome: 'done', manifestSha256: 'a'.repeat(64) }
const failed = { runAccession: 'ERR000001', outcome: 'failed', reason: 'DL_MD5', detail: 'file=x', cure: 'retry' }

async function openAttempt(bound: string | null): Promise<DoorWorld> {
  const world = await openDoorWorld({ assignmentOf: async id => ({ attemptId: id }) as Assignment })
  await world.rows.batch('b1')
  await world.rows.attempt('a1', 'b1', { machine_id: bound })
  await world.rows.attemptRun('a1', 'ERR000001')
  await world.rows.attemptRun('a1', 'ERR000002')
  return world
}

async function call(
  world: DoorWorld,
  path: string,
  body: object,
  token = tokenOf('a1'),
): Promise<{ status: number; told: Record<string, unknown> }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await world.raw(path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ version: 1, machineId: 'm1', ...body }),
  })
  return { status: response.status, told: (await response.json()) as Record<string, unknown> }
}

function attemptOf(world: DoorWorld) {
  return world.ledger.read.selectFrom('attempts').selectAll().where('id', '=', 'a1').executeTakeFirstOrThrow()
}

function runOf(world: DoorWorld) {
  return world.ledger.read
    .selectFrom('attempt_runs')
    .selectAll()
    .where('run_accession', '=', 'ERR000001')
    .executeTakeFirstOrThrow()
}

test('a token that no attempt has is refused, and only a restored ledger asks its bearer to come again', async () => {
  const world = await openAttempt('m1')
  assert.equal((await call(world, callbackPaths.register, {}, 'somebody')).status, 401)
  assert.equal((await world.raw(callbackPaths.register, { method: 'POST', body: '{}' })).status, 401)
  await world.ledger.write(async tx => {
    await tx.insertInto('installation').values({ key: 'adopting', value: '1' }).execute()
  })
  assert.equal((await call(world, callbackPaths.register, {}, 'somebody')).status, 503)
})

test('a register waits until a machine is bound; then that machine gets the work and any other is told to stop', async () => {
  const world = await openAttempt(null)
  assert.deepEqual((await call(world, callbackPaths.register, {})).told['kind'], 'wait')
  assert.equal((await call(world, callbackPaths.register, { machineId: 'm2' })).told['kind'], 'wait')
  assert.equal((await attemptOf(world)).heard_machine_id, 'm1', 'the first machine that was heard is kept')
  assert.equal(world.wakes(), 2)
  await world.ledger.write(async tx => {
    await tx.updateTable('attempts').set({ machine_id: 'm1' }).execute()
  })
  const go = await call(world, callbackPaths.register, {})
  assert.deepEqual(go.told, { kind: 'go', assignment: { attemptId: 'a1' } })
  assert.equal((await call(world, callbackPaths.register, { machineId: 'm2' })).status, 410)
})

test('a first-heard machine that is not listed can be forgotten, so that the next one takes its place', async () => {
  const world = await openAttempt(null)
  await call(world, callbackPaths.register, { machineId: 'ghost' })
  await world.ledger.write(tx => forgetHeard(tx, 'a1', 'ghost'))
  await call(world, callbackPaths.register, {})
  assert.equal((await attemptOf(world)).heard_machine_id, 'm1')
})

test('nothing but its name is taken from a machine that is not bound yet', async () => {
  const world = await openAttempt(null)
  assert.equal((await call(world, callbackPaths.beat, { beat: 1, progress })).status, 503)
  assert.equal((await call(world, callbackPaths.outcome, { outcome: done })).status, 503)
  assert.equal((await attemptOf(world)).heard_machine_id, 'm1')
  assert.equal((await attemptOf(world)).last_beat_at, null)
  assert.equal((await runOf(world)).outcome, 'none')
})

test('a closed attempt is answered 410 whatever it says', async () => {
  const world = await openAttempt('m1')
  await world.ledger.write(async tx => {
    await tx.updateTable('attempts').set({ closed_at: '2026-03-10T12:00:00.000Z' }).execute()
  })
  for (const path of Object.values(callbackPaths)) assert.equal((await call(world, path, {})).status, 410)
})

test('a beat renews the lease once for each of its numbers, and only work done counts as progress', async () => {
  const world = await openAttempt('m1')
  await call(world, callbackPaths.beat, { beat: 1, progress })
  const first = await attemptOf(world)
  world.pass(60)
  await call(world, callbackPaths.beat, { beat: 1, progress: { ...progress, bytesWritten: 99 } })
  assert.equal((await attemptOf(world)).last_beat_at, first.last_beat_at, 'the same beat again is no sign of life')
  await call(world, callbackPaths.beat, { beat: 2, progress: { ...progress, freeDiskBytes: 4, freeMemoryBytes: 4 } })
  const second = await attemptOf(world)
  assert.notEqual(second.last_beat_at, first.last_beat_at)
  assert.equal(second.progress_at, first.progress_at, 'free space that changes by itself is no progress')
  world.pass(60)
  await call(world, callbackPaths.beat, { beat: 3, progress: { ...progress, bytesWritten: 11 } })
  assert.notEqual((await attemptOf(world)).progress_at, first.progress_at)
})

test('a beat is told to stop when its batch is cancelled or a stage said so', async () => {
  const world = await openAttempt('m1')
  assert.deepEqual((await call(world, callbackPaths.beat, { beat: 1, progress })).told, { stop: false })
  await world.ledger.write(async tx => {
    await tx.updateTable('attempts').set({ failed_why: 'no progress' }).execute()
  })
  assert.equal((await call(world, callbackPaths.beat, { beat: 2, progress })).told['stop'], true)
  await world.ledger.write(async tx => {
    await tx.updateTable('attempts').set({ failed_why: null }).execute()
    await tx.updateTable('batches').set({ state: 'cancelled' }).execute()
  })
  assert.equal((await call(world, callbackPaths.beat, { beat: 3, progress })).told['stop'], true)
})

test('of what is said about a run the first word stands, and a run of somebody else is refused', async () => {
  const world = await openAttempt('m1')
  assert.equal((await call(world, callbackPaths.outcome, { outcome: failed })).status, 200)
  assert.equal((await call(world, callbackPaths.outcome, { outcome: done })).status, 200)
  const run = await runOf(world)
  assert.deepEqual([run.outcome, run.reason, run.cure, run.manifest_sha256], ['failed', 'DL_MD5', 'retry', null])
  assert.equal((await call(world, callbackPaths.outcome, { outcome: { ...done, runAccession: 'ERR999999' } })).status, 400)
})

test('the closing document is stored once and makes good the outcomes that were lost', async () => {
  const world = await openAttempt('m1')
  const closing = { version: 1, attemptId: 'a1', machineId: 'm1', ending: 'finished', outcomes: [done], logTail: '' }
  assert.equal((await call(world, callbackPaths.closing, { closing })).status, 200)
  world.pass(60)
  assert.equal((await call(world, callbackPaths.closing, { closing: { ...closing, ending: 'stalled' } })).status, 200)
  const attempt = await attemptOf(world)
  assert.equal((JSON.parse(attempt.closing_json ?? '{}') as { ending?: string }).ending, 'finished')
  assert.equal((await runOf(world)).outcome, 'done')
  assert.equal((await call(world, callbackPaths.closing, { closing: { ...closing, attemptId: 'a2' } })).status, 400)
})

test('a callback that is too large, not JSON, or of another version is refused without a word stored', async () => {
  const world = await openAttempt('m1')
  const long = { ...failed, detail: 'x'.repeat(70_000) }
  assert.equal((await call(world, callbackPaths.outcome, { outcome: long })).status, 413)
  assert.equal((await call(world, callbackPaths.outcome, { outcome: { ...failed, detail: 'x'.repeat(5000) } })).status, 400)
  assert.equal((await call(world, callbackPaths.register, { version: 99 })).status, 400)
  const headers = { authorization: `Bearer ${tokenOf('a1')}` }
  assert.equal((await world.raw(callbackPaths.outcome, { method: 'POST', headers, body: 'no json' })).status, 400)
  assert.equal((await runOf(world)).outcome, 'none')
})
