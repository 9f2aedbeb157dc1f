import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { anArchiveRun, pairOf } from '../../../../test/fakes/archive-world.ts'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { taxonRow } from '../../ledger/taxa.ts'

const day = 86_400
let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

describe('the first check', () => {
  test('stores every run with a verdict and its metadata, and notes when the archive was asked', async () => {
    rig.put(...runNames(3))
    await rig.add(624)
    await rig.round()
    assert.deepEqual(
      [...(await rig.verdicts()).values()].map(row => row.verdict),
      ['accepted', 'accepted', 'accepted'],
    )
    assert.equal((await rig.runRow('ERR900002')).metadata, anArchiveRun({ runAccession: 'ERR900002' }).metadataLine)
    const taxon = await taxonRow(rig.ledger.read, 624)
    assert.deepEqual([taxon?.last_checked, taxon?.scientific_name], ['2026-03-01T08:00:00.000Z', 'Shigella sonnei'])
    const { kind, outcome, rows_seen: rows, new_runs: fresh } = await rig.lastCheck()
    assert.deepEqual({ kind, outcome, rows, fresh }, { kind: 'full', outcome: 'good', rows: 3, fresh: 3 })
  })

  test('of more than a page stores every run once, in the order of their accessions', async () => {
    rig.put(...runNames(2300).reverse())
    await rig.add(624)
    await rig.round()
    const stored = await rig.ledger.read.selectFrom('runs').select('run_accession').orderBy('first_seen_at').execute()
    assert.deepEqual(
      stored.map(row => row.run_accession),
      runNames(2300),
    )
  })

  test('fixes what "the newest two runs" means, and runs are judged by it from then on', async () => {
    const dated = (run: string, firstPublicOn: string) => rig.source.put(anArchiveRun({ runAccession: run, firstPublicOn }))
    dated('ERR900001', '2024-01-01')
    dated('ERR900002', '2024-03-01')
    dated('ERR900003', '2024-02-01')
    await rig.add(624, { reach: { kind: 'max-runs', runs: 2, from: undefined } })
    await rig.round()
    const words = async () => [...(await rig.verdicts()).values()].map(row => row.verdict)
    assert.deepEqual(await words(), ['rejected', 'accepted', 'accepted'])
    dated('ERR900004', '2026-02-20')
    await rig.check(624)
    assert.deepEqual(await words(), ['rejected', 'accepted', 'accepted', 'accepted'])
  })

  test('that breaks off leaves nothing unjudged while it is not known which runs are within reach', async () => {
    rig.put(...runNames(5))
    await rig.add(624, { reach: { kind: 'max-runs', runs: 2, from: undefined } })
    rig.source.spoilNext({ kind: 'cut', afterRows: 4 })
    await rig.round()
    assert.equal((await rig.verdicts()).size, 0)
  })
})

describe('a second check', () => {
  test('with nothing new writes no row of a run or verdict', async () => {
    rig.put(...runNames(5))
    await rig.add(624)
    await rig.round()
    const before = [
      await rig.ledger.read.selectFrom('runs').selectAll().execute(),
      await rig.ledger.read.selectFrom('verdicts').selectAll().execute(),
    ]
    rig.wait(40 * day)
    await rig.check(624, 'full')
    const after = [
      await rig.ledger.read.selectFrom('runs').selectAll().execute(),
      await rig.ledger.read.selectFrom('verdicts').selectAll().execute(),
    ]
    assert.deepEqual(after, before)
    assert.equal((await rig.lastCheck()).new_runs, 0)
  })

  test('asks only for what is new, with some days of overlap, and finds it', async () => {
    rig.put(...runNames(2))
    await rig.add(624)
    await rig.round()
    rig.wait(day)
    rig.source.put(anArchiveRun({ runAccession: 'ERR900009', firstPublicOn: '2026-02-20', enaUpdatedOn: '2026-02-20' }))
    await rig.check(624)
    const { kind, rows_seen: rows, new_runs: fresh } = await rig.lastCheck()
    assert.deepEqual({ kind, rows, fresh }, { kind: 'incremental', rows: 1, fresh: 1 })
  })

  test('writes moved dates and other words into the metadata, and judges nothing anew for them', async () => {
    rig.put(...runNames(3))
    await rig.add(624)
    await rig.round()
    const judged = (await rig.verdicts()).get('ERR900001')
    rig.wait(day)
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', enaUpdatedOn: '2026-03-01', country: 'Kenya' }))
    await rig.check(624)
    assert.match((await rig.runRow('ERR900001')).metadata, /Kenya/)
    assert.deepEqual((await rig.verdicts()).get('ERR900001'), judged)
    assert.equal((await rig.lastCheck()).changed_runs, 0)
  })

  test('sees files that changed while their dates stayed: a new revision, owed anew', async () => {
    rig.put(...runNames(2))
    await rig.add(624)
    await rig.round()
    const before = await rig.runRow('ERR900001')
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: pairOf('ERR900001', 1) }))
    await rig.check(624, 'full')
    assert.notEqual((await rig.runRow('ERR900001')).revision, before.revision)
    assert.deepEqual(await rig.eventsOf('ERR900001'), ['changed'])
    const states = await rig.ledger.read
      .selectFrom('deliveries')
      .select(['state', 'reason'])
      .where('run_accession', '=', 'ERR900001')
      .orderBy('id')
      .execute()
    assert.deepEqual(
      states.map(row => `${row.state} ${row.reason ?? ''}`),
      ['dropped RUN_SUPERSEDED', 'wanted '],
    )
  })

  test('judges a changed run anew for every taxon that knows it', async () => {
    rig.put('ERR900001')
    await rig.add(620)
    await rig.add(624)
    await rig.round()
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', libraryStrategy: 'AMPLICON' }))
    await rig.check(624, 'full')
    for (const taxId of [620, 624]) assert.equal((await rig.verdicts(taxId)).get('ERR900001')?.verdict, 'rejected')
  })
})

describe('taxa that the taxonomy changed', () => {
  test('a merged one follows the new id, keeps the id of the person, and warns', async () => {
    rig.put('ERR900001')
    await rig.add(6240)
    await rig.round()
    const taxon = await taxonRow(rig.ledger.read, 6240)
    assert.deepEqual([taxon?.resolved_tax_id, taxon?.warning], [624, 'tax id 6240 was merged into 624'])
    assert.equal((await rig.verdicts(6240)).get('ERR900001')?.verdict, 'accepted')
  })

  test('a deleted one needs attention, and nothing of it counts as withdrawn', async () => {
    rig.put(...runNames(3))
    await rig.add(624)
    await rig.round()
    rig.source.taxa.splice(1, 1)
    rig.source.deletedTaxa.add(624)
    await rig.check(624, 'full')
    assert.deepEqual(
      [await rig.attention(), (await taxonRow(rig.ledger.read, 624))?.state],
      [['taxon 624 taxon-deleted'], 'deleted'],
    )
    assert.ok([...(await rig.verdicts()).values()].every(row => row.missed_checks === 0 && row.verdict === 'accepted'))
    await rig.check(624, 'full')
    assert.equal(rig.source.asked.taxon, 2, 'a person is asked, the archive is not')
  })
})
