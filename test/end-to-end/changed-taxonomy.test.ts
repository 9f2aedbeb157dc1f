import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { resolveAttention } from '../../src/api/attention.ts'
import { checkTaxon } from '../../src/api/taxa.ts'
import { installationFor } from './installation-under-test.ts'
import { day, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { cellsOf, deliveriesAtHome, linkedDelivery, needs, newestCheck, runsAt, taxonIn, workBegun } from './what-stands.ts'

let world: RehearsedWorld
before(async () => {
  world = await startWorld({
    taxa: [
      { id: 624, name: 'Shigella sonnei' },
      { id: 6240, name: 'Shigella ceylonensis' },
      { id: 623, name: 'Shigella flexneri' },
    ],
  })
})
after(() => world.stop())

test('a merged taxon is followed under its new id, keeps the id of the person, and warns', async t => {
  const at = await installationFor(t, world)
  const own = await world.addRuns(6240, 1)
  const heirs = await world.addRuns(624, 2)
  await at.add([6240])
  await at.settle()
  assert.deepEqual(await runsAt(at, 6240, 'delivered'), own)

  await world.archive.control.mergeTaxon(6240, 624)
  await world.pass(day)
  await at.settle()
  const taxon = await taxonIn(at, 6240)
  assert.deepEqual([taxon?.state, taxon?.resolvedTaxId, taxon?.scientificName], ['tracked', 624, 'Shigella sonnei'])
  assert.deepEqual([taxon?.status, taxon?.warning], ['warning', 'tax id 6240 was merged into 624'])
  assert.deepEqual(await runsAt(at, 6240, 'delivered'), [...own, ...heirs].sort())
  for (const run of [...own, ...heirs]) assert.deepEqual([linkedDelivery(at, 6240, run)], deliveriesAtHome(at, run))
  assert.deepEqual(await needs(at), [])
  const cells = cellsOf(at, 6240, 'last_run_status', 'generated_warning')
  assert.deepEqual(cells, ['warning', 'tax id 6240 was merged into 624'])
  assert.equal(cellsOf(at, 624), undefined)

  const fresh = await world.addRuns(624, 1)
  await world.pass(day)
  await at.settle()
  assert.equal((await newestCheck(at, 6240))?.kind, 'incremental')
  assert.deepEqual(await runsAt(at, 6240, 'delivered'), [...own, ...heirs, ...fresh].sort())
})

test('a taxon that the taxonomy no longer knows needs a person; nothing of it is withdrawn, and nothing is begun', async t => {
  const at = await installationFor(t, world)
  const runs = await world.addRuns(623, 3)
  await at.add([623])
  await at.settle()
  const work = await workBegun(at)

  await world.archive.control.deleteTaxon(623)
  await world.pass(day)
  await at.settle()
  assert.deepEqual(await needs(at), ['taxon 623 taxon-deleted'])
  assert.deepEqual(cellsOf(at, 623, 'last_run_status', 'needs_attention'), ['error', 'taxon-deleted'])

  await world.archive.control.resetCounts()
  for (let days = 0; days < 3; days += 1) {
    await world.pass(day)
    await at.client.ask(checkTaxon, { params: { taxId: 623 }, body: { full: true } })
    await at.settle()
  }
  const { requests } = await world.archive.control.counts()
  assert.deepEqual([requests.search, requests.taxonomy], [0, 0], 'it is left alone, even when a person asks for a check')
  const stored = await at.ledger.selectFrom('runs').select('archive_state').execute()
  assert.deepEqual(
    stored.map(row => row.archive_state),
    runs.map(() => 'public'),
  )
  assert.deepEqual(await runsAt(at, 623, 'delivered'), runs)
  assert.deepEqual(await workBegun(at), work)
})

test('a deleted taxon that is still unknown when a person resolves it needs one again, and goes on once it is back', async t => {
  const at = await installationFor(t, world)
  await world.archive.control.addTaxon({ id: 622, name: 'Shigella dysenteriae' })
  const runs = await world.addRuns(622, 1)
  await at.add([622])
  await at.settle()
  await world.archive.control.deleteTaxon(622)
  await world.pass(day)
  await at.settle()
  const resolve = () => {
    const body = { subject: { kind: 'taxon' as const, taxId: 622 }, how: 'retry' as const, runs: [], dryRun: false }
    return at.client.ask(resolveAttention, { body })
  }
  await resolve()
  assert.deepEqual(await needs(at), [])
  await at.settle()
  assert.deepEqual(await needs(at), ['taxon 622 taxon-deleted'])

  await world.archive.control.addTaxon({ id: 622, name: 'Shigella dysenteriae' })
  const fresh = await world.addRuns(622, 1)
  await resolve()
  await at.settle()
  assert.deepEqual(await needs(at), [])
  assert.equal((await taxonIn(at, 622))?.state, 'tracked')
  assert.deepEqual(await runsAt(at, 622, 'delivered'), [...runs, ...fresh].sort())
})
