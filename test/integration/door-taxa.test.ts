import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTaxa, checkTaxon, listTaxa, pauseTaxon, removeTaxon, setTaxon, showTaxon, taxonLog } from '../../src/api/taxa.ts'
import { Problem } from '../../src/core/problem.ts'
import { anArchiveRun } from '../fakes/archive-world.ts'
import { openDoorWorld, type DoorWorld } from './door-world.ts'

const plain = { scope: 'subtree' as const, reach: null, settings: {}, force: false, dryRun: false }

function add(
  world: DoorWorld,
  asked: string[],
  given: Partial<Parameters<typeof world.client.ask<typeof addTaxa>>[1]['body']> = {},
) {
  return world.client.ask(addTaxa, { body: { ...plain, asked, ...given } })
}

function storedTaxon(world: DoorWorld, taxId: number) {
  return world.ledger.read.selectFrom('taxa').selectAll().where('tax_id', '=', taxId).executeTakeFirst()
}

function isProblem(code: string, words: RegExp) {
  return (error: unknown) => error instanceof Problem && error.code === code && words.test(error.message)
}

test('adding says of every id and name what it is, and tracks only what can be tracked', async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(623, { scientific_name: 'Shigella flexneri' })
  const { taxa } = await add(world, ['624', 'Shigella flexneri', '12345', '404', 'Bacillus', '9606', '63221', '999'])
  assert.deepEqual(
    taxa.map(taxon => [taxon.asked, taxon.outcome, taxon.taxId]),
    [
      ['624', 'new', 624],
      ['Shigella flexneri', 'known', 623],
      ['12345', 'unknown', null],
      ['404', 'deleted', null],
      ['Bacillus', 'ambiguous', null],
      ['9606', 'human', 9606],
      ['63221', 'human', 63221],
      ['999', 'twice', 999],
    ],
  )
  assert.deepEqual(
    taxa[4]?.candidates.map(candidate => candidate.taxId),
    [55087, 1386],
  )
  const stored = await world.ledger.read.selectFrom('taxa').select('tax_id').orderBy('tax_id').execute()
  assert.deepEqual(
    stored.map(row => row.tax_id),
    [623, 624],
  )
})

test('a dry run tracks nothing, and tells runs, hours and what they rest on', async () => {
  const world = await openDoorWorld()
  for (const run of ['ERR900001', 'ERR900002', 'ERR900003'])
    world.source.runs.set(run as never, anArchiveRun({ runAccession: run }))
  const { taxa, hoursFrom } = await add(world, ['624'], { dryRun: true, reach: { kind: 'max-runs', runs: 2 } })
  assert.deepEqual([taxa[0]?.archiveRuns, taxa[0]?.runsWithinReach, taxa[0]?.reach], [3, 2, 'the newest 2'])
  // Two runs of twenty minutes on two workers.
  assert.equal(taxa[0]?.hours?.toFixed(3), '0.333')
  assert.match(hoursFrom, /20 minutes a run/)
  assert.equal(await storedTaxon(world, 624), undefined)
})

test('the past is limited unless it is asked for', async () => {
  const world = await openDoorWorld()
  const { taxa } = await add(world, ['624'])
  assert.equal(taxa[0]?.runsWithinReach, 0)
  assert.equal((await storedTaxon(world, 624))?.reach_json, '{"kind":"from","firstPublicOn":"2026-03-10"}')
  await add(world, ['623'], { reach: { kind: 'all' } })
  assert.equal((await storedTaxon(world, 623))?.reach_json, '{"kind":"all"}')
})

test('a merged id keeps the number that the person gave and follows the one it leads to', async () => {
  const world = await openDoorWorld()
  const { taxa } = await add(world, ['999'])
  assert.equal(taxa[0]?.outcome, 'merged')
  const row = await storedTaxon(world, 999)
  assert.equal(row?.resolved_tax_id, 624)
  assert.equal((await add(world, ['624'])).taxa[0]?.outcome, 'known', 'the same taxon under its other id')
})

test('human is taken when forced, and its filter is opened with it', async () => {
  const world = await openDoorWorld()
  assert.equal((await add(world, ['9606'], { force: true })).taxa[0]?.outcome, 'new')
  assert.deepEqual(JSON.parse((await storedTaxon(world, 9606))?.settings_json ?? ''), { 'filters.human': 'true' })
})

test('a taxon above or below a tracked one is told as an overlap', async () => {
  const world = await openDoorWorld()
  await add(world, ['620'])
  const below = (await add(world, ['624'], { dryRun: true })).taxa[0]
  assert.deepEqual(below?.overlaps, [{ taxId: 620, scientificName: 'Shigella', how: 'above' }])
  const other = await openDoorWorld()
  await add(other, ['624'])
  const above = (await add(other, ['620'], { dryRun: true })).taxa[0]
  assert.deepEqual(above?.overlaps, [{ taxId: 624, scientificName: 'Shigella sonnei', how: 'below' }])
})

test('a removed taxon revives with its settings, its reach and its last check', async () => {
  const world = await openDoorWorld()
  const kept = { settings_json: '{"keep":"reads"}', reach_json: '{"kind":"all"}' }
  await world.rows.taxon(624, { ...kept, state: 'removed', scientific_name: 'Shigella sonnei' })
  const { taxa } = await add(world, ['624'], { settings: { genome_size: '4.6M' } })
  assert.deepEqual([taxa[0]?.outcome, taxa[0]?.reach], ['revived', 'as before'])
  const row = await storedTaxon(world, 624)
  assert.deepEqual(JSON.parse(row?.settings_json ?? ''), { keep: 'reads', genome_size: '4600000' })
  assert.deepEqual([row?.state, row?.reach_json, row?.last_checked], ['tracked', '{"kind":"all"}', '2026-03-10T12:00:00.000Z'])
})

test('settings are checked before anything is stored, and shown with where each comes from', async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(624)
  const set = (settings: Record<string, string>, dryRun = false) =>
    world.client.ask(setTaxon, { params: { taxId: 624 }, body: { settings, dryRun } })
  await assert.rejects(set({ 'filter.min_depth': '3' }), isProblem('bad-input', /did you mean filters\.min_depth/))
  await assert.rejects(set({ recipe: 'nothing' }), isProblem('bad-input', /no recipe nothing/))
  const would = await set({ 'filters.min_depth': '5', priority: '7' }, true)
  assert.deepEqual(
    would.changed.map(({ key, before, after }) => [key, before, after]),
    [
      ['filters.min_depth', '20', '5'],
      ['priority', '0', '7'],
    ],
  )
  assert.equal(would.rejudges, true)
  assert.equal((await storedTaxon(world, 624))?.settings_json, '{}')
  const told = await set({ 'filters.min_depth': '5', priority: '7' })
  assert.deepEqual(
    told.taxon.settings.find(setting => setting.key === 'filters.min_depth'),
    { key: 'filters.min_depth', value: '5', from: 'taxon' },
  )
  assert.equal(told.taxon.priority, 7)
  assert.deepEqual((await set({ 'filters.min_depth': '' })).changed, [{ key: 'filters.min_depth', before: '5', after: '20' }])
})

test('a changed recipe says what redoing the rest would cost, and owes nothing by itself', async () => {
  const world = await openDoorWorld({ recipes: new Map([['fetch', aRecipe()]]) })
  await world.rows.taxon(624)
  await world.rows.run('ERR000001')
  await world.rows.delivery('d1', 'ERR000001', { state: 'delivered', recipe_identity: 'old' })
  await world.rows.verdict(624, 'ERR000001', { delivery_id: 'd1' })
  const told = await world.client.ask(setTaxon, {
    params: { taxId: 624 },
    body: { settings: { recipe: 'fetch' }, dryRun: false },
  })
  assert.deepEqual([told.redoing?.runs, told.redoing?.bytes, told.rejudges], [1, 100_000_000, false])
  assert.equal((await world.ledger.read.selectFrom('deliveries').selectAll().execute()).length, 1)
})

function aRecipe() {
  const samplesheet = { delimiter: ',' as const, lines: 'run' as const, columns: {} }
  const project = { kind: 'ours' as const, name: 'fetch' }
  return {
    projectCommit: 'c1',
    recipe: { name: 'fetch', project, profile: '', params: {}, samplesheet, outputs: [], complete: undefined, exitCodes: {} },
  }
}

test('removing says what goes on, and with cancel ends what is only its own', async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(624)
  await world.rows.taxon(620)
  await world.rows.batch('own')
  await world.rows.batch('mixed')
  for (const [run, state, batchId] of [
    ['ERR000001', 'batched', 'own'],
    ['ERR000002', 'batched', 'mixed'],
    ['ERR000003', 'batched', 'mixed'],
    ['ERR000004', 'wanted', null],
  ] as const) {
    await world.rows.run(run)
    await world.rows.delivery(`d-${run}`, run, { state, batch_id: batchId })
    await world.rows.verdict(624, run, { delivery_id: `d-${run}` })
  }
  await world.rows.verdict(620, 'ERR000003', { delivery_id: 'd-ERR000003' })
  const remove = (dryRun: boolean) => world.client.ask(removeTaxon, { params: { taxId: 624 }, body: { cancel: true, dryRun } })
  const would = await remove(true)
  assert.deepEqual([would.dropped, would.shared, would.batched], [1, 1, 2])
  assert.deepEqual([would.cancelledBatches, would.lostRuns], [['shigella-own'], ['ERR000001', 'ERR000002']])
  assert.equal((await storedTaxon(world, 624))?.state, 'tracked')
  await remove(false)
  assert.equal((await storedTaxon(world, 624))?.state, 'removed')
  const states = await world.ledger.read.selectFrom('batches').select(['id', 'state']).orderBy('id').execute()
  assert.deepEqual(
    states.map(row => [row.id, row.state]),
    [
      ['mixed', 'started'],
      ['own', 'cancelled'],
    ],
  )
  const dropped = await world.ledger.read
    .selectFrom('deliveries')
    .select('id')
    .where('state', '=', 'dropped')
    .orderBy('id')
    .execute()
  assert.deepEqual(
    dropped.map(row => row.id),
    ['d-ERR000001', 'd-ERR000002'],
  )
  await assert.rejects(
    world.client.ask(removeTaxon, { params: { taxId: 7 }, body: { cancel: false, dryRun: true } }),
    isProblem('not-found', /7/),
  )
})

test('removing drops what no worker has begun, packed or not, and nothing that has begun', async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(624)
  await world.rows.batch('begun')
  await world.rows.batch('packed', { state: 'queued' })
  const inBatches = { ERR000001: 'begun', ERR000002: 'packed' }
  for (const [run, batchId] of Object.entries(inBatches)) {
    await world.rows.run(run)
    await world.rows.delivery(`d-${run}`, run, { state: 'batched', batch_id: batchId })
    await world.rows.verdict(624, run, { delivery_id: `d-${run}` })
  }
  const told = await world.client.ask(removeTaxon, { params: { taxId: 624 }, body: { cancel: false, dryRun: false } })
  assert.deepEqual([told.dropped, told.batched, told.lostRuns], [1, 1, []])
  const rows = await world.ledger.read.selectFrom('deliveries').select(['id', 'state', 'reason']).orderBy('id').execute()
  assert.deepEqual(
    rows.map(row => [row.id, row.state, row.reason]),
    [
      ['d-ERR000001', 'batched', null],
      ['d-ERR000002', 'dropped', 'TAXON_REMOVED'],
    ],
  )
})

test('pausing, resuming and asking for a check change the row once, wake the loop, and are refused for a removed taxon', async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(624)
  await world.rows.taxon(620, { state: 'removed' })
  const pause = (taxId: number, paused: boolean) => world.client.ask(pauseTaxon, { params: { taxId }, body: { paused } })
  assert.deepEqual([(await pause(624, true)).changed, (await pause(624, true)).changed], [true, false])
  const checked = await world.client.ask(checkTaxon, { params: { taxId: 624 }, body: { full: true } })
  assert.match(checked.held, /paused/)
  const row = await storedTaxon(world, 624)
  assert.deepEqual([row?.paused, row?.full_check_wanted, row?.next_check_at], [1, 1, '2026-03-10T12:00:00.000Z'])
  assert.equal((await pause(624, false)).changed, true)
  assert.ok(world.wakes() > 0)
  await assert.rejects(pause(620, true), isProblem('not-allowed', /removed/))
})

test('the list of taxa gives the status in the words of the original, by their precedence', async () => {
  const world = await openDoorWorld()
  for (const taxId of [1, 2, 3, 4, 5, 6, 7])
    await world.rows.taxon(taxId, taxId === 2 ? { last_checked: null } : taxId === 6 ? { warning: 'w' } : {})
  await world.ledger.write(async tx => {
    await tx.updateTable('taxa').set({ state: 'removed' }).where('tax_id', '=', 7).execute()
  })
  await world.rows.attention({ subject_id: '3' })
  for (const [taxId, state] of [
    [3, 'started'],
    [4, 'started'],
    [5, 'finished'],
  ] as const) {
    const run = `ERR00000${taxId}`
    await world.rows.run(run)
    await world.rows.batch(`b${taxId}`, { state })
    await world.rows.delivery(`d-${run}`, run, { state: 'batched', batch_id: `b${taxId}` })
    await world.rows.verdict(taxId, run, { delivery_id: `d-${run}` })
  }
  const first = await world.client.ask(listTaxa, { query: { limit: 4 } })
  const second = await world.client.ask(listTaxa, { query: { limit: 4, after: first.next ?? '' } })
  const rows = [...first.rows, ...second.rows]
  assert.deepEqual(
    rows.map(row => [row.taxId, row.status]),
    [
      [1, 'complete'],
      [2, ''],
      [3, 'error'],
      [4, 'in progress'],
      [5, 'ready'],
      [6, 'warning'],
    ],
  )
  assert.equal(second.next, null)
  assert.equal(rows[2]?.needsAttention, 'collect-failed')
  assert.equal(rows[3]?.runs.batched, 1)
  assert.equal((await world.client.ask(listTaxa, { query: { removed: true } })).rows.length, 7)
  assert.equal((await world.client.ask(showTaxon, { params: { taxId: 4 } })).status, 'in progress')
})

test("a taxon's log comes as lines: the last ones, or those behind a line that was seen", async () => {
  const world = await openDoorWorld()
  await world.rows.taxon(624)
  for (const paused of [true, false, true]) await world.client.ask(pauseTaxon, { params: { taxId: 624 }, body: { paused } })
  const last = await world.client.ask(taxonLog, { params: { taxId: 624 }, query: { limit: 2 } })
  assert.equal(last.rows.length, 2)
  assert.match(last.rows[0]?.line ?? '', /624.*resumed/)
  const after = last.rows[0]?.id ?? 0
  assert.deepEqual(
    (await world.client.ask(taxonLog, { params: { taxId: 624 }, query: { after } })).rows.map(row => row.id),
    [after + 1],
  )
})
