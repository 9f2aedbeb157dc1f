import assert from 'node:assert/strict'
import { test } from 'node:test'
import { showRun } from '../../src/api/run-fate.ts'
import { listRuns, retryRuns, runStates, skipRuns, streamRuns } from '../../src/api/runs.ts'
import type { DeliveryState } from '../../src/core/delivery-state.ts'
import { reasons } from '../../src/core/reason.ts'
import { Problem } from '../../src/core/problem.ts'
import { runStateOf } from '../../src/daemon/ledger/asked/run-state.ts'
import type { VerdictsTable } from '../../src/daemon/ledger/tables.ts'
import { openDoorWorld, type DoorWorld } from './door-world.ts'

const low = [{ code: 'META_BASES_LOW', detail: 'base_count=812331 < 15000000' }]
const gone = [{ code: 'RUN_WITHDRAWN', detail: 'seen gone' }]

interface Put {
  verdict?: VerdictsTable['verdict']
  reasons?: object[]
  skip?: string | undefined
  left?: string | undefined
  delivery?: DeliveryState | undefined
  batch?: string
}

/** One run, judged by 624, with a delivery where a state is given. */
async function putRun(world: DoorWorld, run: string, { verdict = 'accepted', reasons = [], skip, left, delivery, batch }: Put) {
  const id = `d-${run}`
  await world.rows.run(run)
  if (delivery !== undefined)
    await world.rows.delivery(id, run, { state: delivery, batch_id: batch ?? null, reason: reasonOf(delivery) })
  await world.rows.verdict(624, run, {
    verdict,
    reasons_json: JSON.stringify(reasons),
    skip: skip ?? null,
    left_subtree_at: left ?? null,
    delivery_id: delivery === undefined ? null : id,
  })
}

function reasonOf(delivery: DeliveryState): string | null {
  return delivery === 'failed' ? 'DL_MD5' : null
}

/** Every combination of what decides about a run. */
function* everyStanding(): Generator<Put> {
  for (const verdict of ['unjudged', 'accepted', 'rejected', 'waiting'] as const)
    for (const delivery of [undefined, 'wanted', 'batched', 'delivered', 'failed', 'dropped', 'held'] as const)
      for (const skip of [undefined, 'bad reads'])
        for (const left of [undefined, '2026-01-01'])
          for (const reasons of [[], low, gone]) yield { verdict, delivery, skip, left, reasons }
}

async function openWorld(): Promise<DoorWorld> {
  const world = await openDoorWorld()
  await world.rows.taxon(624, { scientific_name: 'Shigella sonnei' })
  return world
}

function stateOf(world: DoorWorld, id: string) {
  return world.ledger.read.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

test('the state of a run is the same whether the ledger or the program decides it, in every case there is', async () => {
  const world = await openWorld()
  const wanted = new Map<string, string>()
  for (const put of everyStanding()) {
    const run = `ERR${String(100_000 + wanted.size)}`
    await putRun(world, run, put)
    const { verdict = 'accepted', skip, left, reasons, delivery } = put
    const seen = { verdict, isSkipped: skip !== undefined, hasLeftSubtree: left !== undefined, isWithdrawn: reasons === gone }
    wanted.set(run, runStateOf({ ...seen, delivery: delivery ?? null }))
  }
  for (const state of runStates) {
    const rows = []
    for await (const row of world.client.stream(streamRuns, { query: { taxon: 624, state } })) rows.push(row)
    assert.deepEqual(
      rows.map(row => row.runAccession),
      [...wanted].flatMap(([run, is]) => (is === state ? [run] : [])),
      state,
    )
    assert.ok(rows.every(row => row.state === state))
  }
})

test('runs come in pages by accession, by state and by reason, with the value that failed', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { verdict: 'rejected', reasons: low })
  await putRun(world, 'ERR000002', { delivery: 'failed' })
  await putRun(world, 'ERR000003', { delivery: 'delivered' })
  await world.rows.receipt('r1', 'd-ERR000003', 'ERR000003')
  const first = await world.client.ask(listRuns, { query: { limit: 2 } })
  const second = await world.client.ask(listRuns, { query: { limit: 2, after: first.next ?? '' } })
  assert.deepEqual(
    [...first.rows, ...second.rows].map(row => [row.runAccession, row.state]),
    [
      ['ERR000001', 'excluded'],
      ['ERR000002', 'failed'],
      ['ERR000003', 'delivered'],
    ],
  )
  assert.equal(second.next, null)
  assert.deepEqual([first.rows[0]?.reason, first.rows[0]?.detail], ['META_BASES_LOW', 'base_count=812331 < 15000000'])
  assert.equal(second.rows[0]?.path, 'runs/ERR000/ERR000003/d-ERR000003')
  const byReason = async (reason: string) =>
    (await world.client.ask(listRuns, { query: { reason } })).rows.map(row => row.runAccession)
  assert.deepEqual([await byReason('DL_MD5'), await byReason('META_BASES_LOW')], [['ERR000002'], ['ERR000001']])
  assert.equal((await world.raw('/api/runs?state=nonsense')).status, 400)
  assert.equal((await world.raw('/api/runs?limit=5000')).status, 400)
})

test('the fate of a run tells the whole way, from the archive to the library, with what each reason means', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { delivery: 'delivered' })
  await world.rows.batch('b1', { state: 'settled' })
  await world.rows.attempt('a1', 'b1', { closed_at: '2026-03-10T12:00:00.000Z', closed_why: 'lapsed' })
  await world.rows.attempt('a2', 'b1', { number: 2, opened_at: '2026-03-10T13:00:00.000Z' })
  await world.rows.worker('a2', { state: 'destroyed' })
  await world.rows.attemptRun('a1', 'ERR000001', { outcome: 'failed', reason: 'DL_MD5', detail: 'file=x' })
  await world.rows.attemptRun('a2', 'ERR000001', { outcome: 'done', receipt_id: 'r1' })
  await world.rows.cost('m-a2', 'a2', 600)
  await world.rows.receipt('r1', 'd-ERR000001', 'ERR000001')
  const fate = await world.client.ask(showRun, { params: { accession: 'err000001' } })
  const [delivery] = fate.deliveries
  assert.ok(delivery?.receipt)
  const { attempts, receipt } = delivery
  assert.deepEqual(
    attempts.map(({ number, outcome, reason, machineSeconds }) => ({ number, outcome, reason, machineSeconds })),
    [
      {
        number: 1,
        outcome: 'failed',
        reason: { code: 'DL_MD5', detail: 'file=x', meaning: reasons.DL_MD5 },
        machineSeconds: null,
      },
      { number: 2, outcome: 'done', reason: null, machineSeconds: 600 },
    ],
  )
  assert.equal(receipt.path, '/library/runs/ERR000/ERR000001/d-ERR000001')
  assert.deepEqual(receipt.versions, { skesa: '2.4.0' })
  assert.match(fate.story.join(), /624 Shigella sonnei: it is delivered: \/library\/runs.*after 2 attempts/)
})

test('every state of a run has a story that names its reason and what can be done', async () => {
  const world = await openWorld()
  const cases: [string, Parameters<typeof putRun>[2], RegExp][] = [
    ['ERR000001', { verdict: 'unjudged' }, /not judged yet/],
    ['ERR000002', { verdict: 'rejected', reasons: low }, /excluded\. META_BASES_LOW: it has too few bases.*base_count=812331/],
    ['ERR000003', { verdict: 'waiting' }, /no FASTQ/],
    ['ERR000004', { skip: 'bad reads' }, /skip it \(bad reads\).*microfetch retry ERR000004/],
    ['ERR000005', { verdict: 'rejected', reasons: gone }, /withdrawn.*RUN_WITHDRAWN/],
    ['ERR000006', {}, /accepted/],
    ['ERR000007', { delivery: 'wanted' }, /waits for a batch/],
    ['ERR000008', { delivery: 'batched' }, /waits for a worker/],
    ['ERR000009', { delivery: 'failed' }, /failed after 0 attempts: DL_MD5: .*microfetch retry ERR000009/],
    ['ERR000010', { delivery: 'dropped' }, /not owed any more/],
    ['ERR000011', { delivery: 'held' }, /at home before/],
    ['ERR000012', { verdict: 'rejected', left: '2026-01-01' }, /left the subtree/],
  ]
  for (const [run, given, words] of cases) {
    await putRun(world, run, given)
    const { story } = await world.client.ask(showRun, { params: { accession: run } })
    assert.match(story.join(' '), words, run)
  }
})

test('a run that was never seen is not found, and what is no accession is said to be none', async () => {
  const world = await openWorld()
  assert.equal((await world.raw('/api/runs/ERR999999')).status, 404)
  assert.equal((await world.raw('/api/runs/banana')).status, 400)
})

test('a retry owes failed runs again and takes a skip back, and says why the others are not retried', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { delivery: 'failed' })
  await putRun(world, 'ERR000002', { skip: 'bad reads', delivery: 'dropped' })
  await putRun(world, 'ERR000003', { delivery: 'delivered' })
  const body = { runs: ['ERR000001', 'ERR000002', 'ERR000003', 'ERR000009'], taxId: null, which: 'failed' as const }
  const would = await world.client.ask(retryRuns, { body: { ...body, dryRun: true } })
  assert.equal((await stateOf(world, 'd-ERR000001')).state, 'failed')
  const told = await world.client.ask(retryRuns, { body: { ...body, dryRun: false } })
  assert.deepEqual(told, would)
  assert.deepEqual([told.runs, told.bytes], [['ERR000001', 'ERR000002'], 200_000_000])
  assert.deepEqual(
    told.refused.map(({ why }) => why),
    ['it is delivered; --delivered makes it again', 'it was never seen'],
  )
  const delivery = await stateOf(world, 'd-ERR000001')
  assert.deepEqual([delivery.state, delivery.reason, delivery.strikes], ['wanted', null, 0])
  const verdict = await world.ledger.read
    .selectFrom('verdicts')
    .selectAll()
    .where('run_accession', '=', 'ERR000002')
    .executeTakeFirstOrThrow()
  assert.deepEqual([verdict.skip, verdict.verdict], [null, 'unjudged'])
})

test('a failed delivery of files that have changed since is left to owing, which owes the files of now', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { delivery: 'failed' })
  await world.ledger.write(async tx => {
    await tx.updateTable('runs').set({ revision: 'newer' }).execute()
  })
  await world.client.ask(retryRuns, { body: { runs: [], taxId: 624, which: 'failed', dryRun: false } })
  assert.equal((await stateOf(world, 'd-ERR000001')).state, 'failed')
})

test('delivered runs are owed anew only when asked: the earlier delivery stays, the wish points to the new one', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { delivery: 'delivered' })
  const body = { runs: ['ERR000001'], taxId: null, which: 'delivered' as const, dryRun: false }
  assert.equal((await world.client.ask(retryRuns, { body })).retried, 1)
  const rows = await world.ledger.read.selectFrom('deliveries').select(['id', 'state', 'revision']).orderBy('id').execute()
  assert.deepEqual(
    rows.map(row => [row.id, row.state, row.revision]),
    [
      ['d-ERR000001', 'delivered', 'rev-ERR000001'],
      ['new000000001', 'wanted', 'rev-ERR000001'],
    ],
  )
  const verdict = await world.ledger.read.selectFrom('verdicts').select('delivery_id').executeTakeFirstOrThrow()
  assert.equal(verdict.delivery_id, 'new000000001')
  assert.equal((await world.client.ask(retryRuns, { body })).retried, 0, 'what is owed already is not owed twice')
})

test('a skip is written on the verdicts and lists what is lost; what is delivered cannot be skipped', async () => {
  const world = await openWorld()
  await putRun(world, 'ERR000001', { delivery: 'batched', batch: 'b1' })
  await putRun(world, 'ERR000002', { delivery: 'delivered' })
  const told = await world.client.ask(skipRuns, {
    body: { runs: ['ERR000001', 'ERR000002'], taxId: null, why: 'bad reads', dryRun: false },
  })
  assert.deepEqual([told.skipped, told.lostRuns], [['ERR000001'], ['ERR000001']])
  assert.deepEqual(told.refused, [{ runAccession: 'ERR000002', why: 'it is delivered already' }])
  const verdict = await world.ledger.read
    .selectFrom('verdicts')
    .selectAll()
    .where('run_accession', '=', 'ERR000001')
    .executeTakeFirstOrThrow()
  assert.deepEqual([verdict.skip, verdict.verdict], ['bad reads', 'unjudged'])
  await assert.rejects(
    world.client.ask(skipRuns, { body: { runs: ['banana'], taxId: null, why: '', dryRun: true } }),
    (error: unknown) => error instanceof Problem && error.code === 'bad-input',
  )
})
