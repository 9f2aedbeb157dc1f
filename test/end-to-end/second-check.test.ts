import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { checkTaxon } from '../../src/api/taxa.ts'
import { InstallationUnderTest } from './installation-under-test.ts'
import { day, hour, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { csvLines, deliveriesAtHome, fateOf, needs, newestCheck, runsAt, taxonIn, workBegun } from './what-stands.ts'

const taxon = 624
let world: RehearsedWorld
let at: InstallationUnderTest
/** Last updated years ago: an incremental check does not list them. */
let old: string[]
/** Last updated just now: every incremental check of the next days lists them again. */
let recent: string[]

before(async () => {
  world = await startWorld({ taxa: [{ id: taxon, name: 'Shigella sonnei', rank: 'species' }] })
  old = await world.addRuns(taxon, 17, { firstPublic: '2020-01-01', lastUpdated: '2020-02-02' })
  recent = await world.addRuns(taxon, 3)
  at = new InstallationUnderTest(world)
  await at.open()
  await at.add([taxon])
  await at.settle()
})
after(async () => {
  await at.close()
  await world.stop()
})

/** All that a check could write about runs. */
async function rowsOfRuns() {
  return {
    runs: await at.ledger.selectFrom('runs').selectAll().orderBy('run_accession').execute(),
    verdicts: await at.ledger.selectFrom('verdicts').selectAll().orderBy('run_accession').execute(),
    deliveries: await at.ledger.selectFrom('deliveries').selectAll().orderBy('id').execute(),
  }
}

/** Runs of which deliveries were made since these were there. */
async function owedSince(known: readonly { id: string }[]): Promise<string[]> {
  const before = new Set(known.map(row => row.id))
  const rows = await at.ledger.selectFrom('deliveries').select(['id', 'run_accession']).orderBy('run_accession').execute()
  return rows.flatMap(row => (before.has(row.id) ? [] : [row.run_accession]))
}

async function askForCheck(full: boolean): Promise<void> {
  await at.client.ask(checkTaxon, { params: { taxId: taxon }, body: { full } })
}

suite('a second check', () => {
  test('comes after a first one whose runs were all delivered, each once', async () => {
    assert.deepEqual(await runsAt(at, taxon, 'delivered'), [...old, ...recent].sort())
    for (const run of [...old, ...recent]) assert.equal(deliveriesAtHome(at, run).length, 1, run)
  })

  for (const kind of ['incremental', 'full'] as const) {
    test(`with nothing new, ${kind}, moves no file, writes nothing about any run, and makes no worker`, async () => {
      const [rows, work] = [await rowsOfRuns(), await workBegun(at)]
      await world.archive.control.resetCounts()
      await world.pass(day)
      if (kind === 'full') await askForCheck(true)
      await at.settle()
      const { outcome, kind: asked, rowsSeen, newRuns, changedRuns } = (await newestCheck(at, taxon)) ?? {}
      assert.deepEqual([outcome, asked, newRuns, changedRuns], ['good', kind, 0, 0])
      assert.equal(rowsSeen, kind === 'full' ? 20 : 3, 'the archive was asked, and it answered')
      const { requests, fileBytes } = await world.archive.control.counts()
      assert.deepEqual([requests.file, fileBytes], [0, 0])
      assert.deepEqual(await rowsOfRuns(), rows)
      assert.deepEqual(await workBegun(at), work)
    })
  }
})

suite('when much has changed at once', () => {
  let fresh: string[]
  let changed: string
  let withdrawn: string
  let before: Awaited<ReturnType<typeof rowsOfRuns>>
  let lastChecked: string | null | undefined
  let firstDelivery: string[]

  test('a check whose answer is cut short is refused: nothing is begun, nothing is missing, last_checked stands', async () => {
    const { control } = world.archive
    await world.pass(day)
    ;[changed = '', withdrawn = ''] = old
    firstDelivery = deliveriesAtHome(at, changed)
    fresh = await world.addRuns(taxon, 3)
    await control.changeFiles(changed)
    await control.withdraw(withdrawn)
    await control.reindex(0.35, world.clock().toISOString().slice(0, 10))
    await control.arm('search-truncated-tsv', { share: 0.6 })
    before = await rowsOfRuns()
    lastChecked = (await taxonIn(at, taxon))?.lastChecked
    const work = await workBegun(at)
    await askForCheck(true)
    await at.settle()
    assert.equal((await newestCheck(at, taxon))?.outcome, 'refused')
    assert.equal((await taxonIn(at, taxon))?.lastChecked, lastChecked)
    assert.deepEqual(await rowsOfRuns(), before)
    assert.deepEqual(await workBegun(at), work)
    assert.deepEqual(await needs(at), [])
  })

  test('the next good one delivers the three new runs and the changed one, and nothing else', async () => {
    await world.pass(hour)
    await at.settle()
    const { outcome, kind, newRuns, changedRuns, goneRuns } = (await newestCheck(at, taxon)) ?? {}
    assert.deepEqual([outcome, kind, newRuns, changedRuns, goneRuns], ['good', 'full', 3, 1, 1])
    assert.deepEqual(await owedSince(before.deliveries), [...fresh, changed].sort())
    assert.deepEqual(await runsAt(at, taxon, 'delivered'), [...old, ...recent, ...fresh].sort())
    for (const run of fresh) assert.equal(deliveriesAtHome(at, run).length, 1, run)
  })

  test('the changed files are a delivery of their own, and the earlier one stays where it was', async () => {
    const { deliveries } = await fateOf(at, changed)
    assert.equal(new Set(deliveries.map(delivery => delivery.revision)).size, 2)
    assert.deepEqual(
      deliveries.map(delivery => delivery.state),
      ['delivered', 'delivered'],
    )
    const atHome = deliveriesAtHome(at, changed)
    assert.equal(atHome.length, 2)
    assert.ok(firstDelivery.every(id => atHome.includes(id)))
  })

  test('rows that the archive only re-indexed carry their new day, and owe nothing', async () => {
    const dayOf = (rows: typeof before.runs) => new Map(rows.map(row => [row.run_accession, row.ena_updated_on]))
    const [then, now] = [dayOf(before.runs), dayOf((await rowsOfRuns()).runs)]
    const moved = [...then.keys()].filter(run => then.get(run) !== now.get(run))
    assert.ok(moved.length >= 4, `a re-index of 35 % moves several of twenty: ${moved.length}`)
    for (const run of moved) if (run !== changed) assert.equal(deliveriesAtHome(at, run).length, 1, run)
  })

  test('an incremental check sees files that changed while their dates stayed, where it lists the run', async () => {
    const [run = ''] = recent
    await world.archive.control.changeFiles(run)
    const { deliveries } = await rowsOfRuns()
    await askForCheck(false)
    await at.settle()
    assert.equal((await newestCheck(at, taxon))?.kind, 'incremental')
    assert.deepEqual(await owedSince(deliveries), [run])
    assert.equal(deliveriesAtHome(at, run).length, 2)
  })

  test('what is gone from the archive is not yet withdrawn by a second full reconcile an hour later', async () => {
    await world.pass(hour)
    await world.archive.control.resetCounts()
    await askForCheck(true)
    await at.settle()
    const { kind, goneRuns } = (await newestCheck(at, taxon)) ?? {}
    assert.deepEqual([kind, goneRuns], ['full', 1])
    assert.equal((await fateOf(at, withdrawn)).archive?.state, 'public')
    assert.equal((await world.archive.control.counts()).requests.filereport, 0, 'it is not even looked up')
  })

  test('a full reconcile a day later misses it again, a look-up by accession too, and then it is withdrawn', async () => {
    const work = await workBegun(at)
    await world.pass(day)
    await at.settle()
    assert.ok((await world.archive.control.counts()).requests.filereport > 0)
    const { archive, deliveries, story } = await fateOf(at, withdrawn)
    assert.equal(archive?.state, 'withdrawn')
    assert.match(story.join(' '), /withdrawn|withdrew|no longer/i)
    assert.deepEqual(await workBegun(at), work)
    assert.deepEqual(
      deliveries.map(delivery => delivery.state),
      ['delivered'],
    )
    const others = (await rowsOfRuns()).runs.filter(row => row.archive_state !== 'public')
    assert.deepEqual(
      others.map(row => row.run_accession),
      [withdrawn],
    )
  })

  test('what was delivered of a withdrawn run stays at home, and the list says so', async () => {
    assert.equal(deliveriesAtHome(at, withdrawn).length, 1)
    const lines = csvLines(`${at.home}/ENA_accession_numbers/${taxon}.csv`)
    const line = lines.find(row => row['run_accession_number'] === withdrawn)
    assert.deepEqual([line?.['state'], line?.['reason']], ['delivered', 'RUN_WITHDRAWN'])
  })
})
