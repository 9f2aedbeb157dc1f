import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { RunAccession } from '../../../core/accession.ts'
import { Problem } from '../../../core/problem.ts'
import { anArchiveRun, pairOf } from '../../../../test/fakes/archive-world.ts'
import { openArchiveRig, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { taxonRow } from '../../ledger/taxa.ts'

const day = 86_400
let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

const names = (count: number, from = 0) => Array.from({ length: count }, (_, place) => `ERR${900_001 + from + place}`)
const put = (...runs: string[]) => rig.source.put(...runs.map(runAccession => anArchiveRun({ runAccession })))
const verdicts = async (taxId = 624) => {
  const rows = await rig.ledger.read
    .selectFrom('verdicts')
    .selectAll()
    .where('tax_id', '=', taxId)
    .orderBy('run_accession')
    .execute()
  return new Map(rows.map(row => [row.run_accession, row]))
}
const runRow = (run: string) =>
  rig.ledger.read.selectFrom('runs').selectAll().where('run_accession', '=', run).executeTakeFirstOrThrow()
const lastCheck = () => rig.ledger.read.selectFrom('checks').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
const attention = async () =>
  (await rig.ledger.read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).execute()).map(
    row => `${row.subject} ${row.subject_id} ${row.cause}`,
  )
const eventsOf = async (run: string) =>
  (await rig.ledger.read.selectFrom('events').select('event').where('subject_id', '=', run).execute()).map(row => row.event)

describe('the first check', () => {
  test('stores every run with a verdict and its metadata, and notes when the archive was asked', async () => {
    put(...names(3))
    await rig.add(624)
    await rig.round()
    assert.deepEqual(
      [...(await verdicts()).values()].map(row => row.verdict),
      ['accepted', 'accepted', 'accepted'],
    )
    assert.equal((await runRow('ERR900002')).metadata, anArchiveRun({ runAccession: 'ERR900002' }).metadataLine)
    const taxon = await taxonRow(rig.ledger.read, 624)
    assert.deepEqual([taxon?.last_checked, taxon?.scientific_name], ['2026-03-01T08:00:00.000Z', 'Shigella sonnei'])
    const { kind, outcome, rows_seen: rows, new_runs: fresh } = await lastCheck()
    assert.deepEqual({ kind, outcome, rows, fresh }, { kind: 'full', outcome: 'good', rows: 3, fresh: 3 })
  })

  test('of more than a page stores every run once, in the order of their accessions', async () => {
    put(...names(2300).reverse())
    await rig.add(624)
    await rig.round()
    const stored = await rig.ledger.read.selectFrom('runs').select('run_accession').orderBy('first_seen_at').execute()
    assert.deepEqual(
      stored.map(row => row.run_accession),
      names(2300),
    )
  })

  test('fixes what "the newest two runs" means, and runs are judged by it from then on', async () => {
    const dated = (run: string, firstPublicOn: string) => rig.source.put(anArchiveRun({ runAccession: run, firstPublicOn }))
    dated('ERR900001', '2024-01-01')
    dated('ERR900002', '2024-03-01')
    dated('ERR900003', '2024-02-01')
    await rig.add(624, { reach: { kind: 'max-runs', runs: 2, from: undefined } })
    await rig.round()
    const words = async () => [...(await verdicts()).values()].map(row => row.verdict)
    assert.deepEqual(await words(), ['rejected', 'accepted', 'accepted'])
    dated('ERR900004', '2026-02-20')
    await rig.check(624)
    assert.deepEqual(await words(), ['rejected', 'accepted', 'accepted', 'accepted'])
  })

  test('that breaks off leaves nothing unjudged while it is not known which runs are within reach', async () => {
    put(...names(5))
    await rig.add(624, { reach: { kind: 'max-runs', runs: 2, from: undefined } })
    rig.source.spoilNext({ kind: 'cut', afterRows: 4 })
    await rig.round()
    assert.equal((await verdicts()).size, 0)
  })
})

describe('a second check', () => {
  test('with nothing new writes no row of a run or verdict', async () => {
    put(...names(5))
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
    assert.equal((await lastCheck()).new_runs, 0)
  })

  test('asks only for what is new, with some days of overlap, and finds it', async () => {
    put(...names(2))
    await rig.add(624)
    await rig.round()
    rig.wait(day)
    rig.source.put(anArchiveRun({ runAccession: 'ERR900009', firstPublicOn: '2026-02-20', enaUpdatedOn: '2026-02-20' }))
    await rig.check(624)
    const { kind, rows_seen: rows, new_runs: fresh } = await lastCheck()
    assert.deepEqual({ kind, rows, fresh }, { kind: 'incremental', rows: 1, fresh: 1 })
  })

  test('writes moved dates and other words into the metadata, and judges nothing anew for them', async () => {
    put(...names(3))
    await rig.add(624)
    await rig.round()
    const judged = (await verdicts()).get('ERR900001')
    rig.wait(day)
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', enaUpdatedOn: '2026-03-01', country: 'Kenya' }))
    await rig.check(624)
    assert.match((await runRow('ERR900001')).metadata, /Kenya/)
    assert.deepEqual((await verdicts()).get('ERR900001'), judged)
    assert.equal((await lastCheck()).changed_runs, 0)
  })

  test('sees files that changed while their dates stayed: a new revision, owed anew', async () => {
    put(...names(2))
    await rig.add(624)
    await rig.round()
    const before = await runRow('ERR900001')
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: pairOf('ERR900001', 1) }))
    await rig.check(624, 'full')
    assert.notEqual((await runRow('ERR900001')).revision, before.revision)
    assert.deepEqual(await eventsOf('ERR900001'), ['changed'])
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
    put('ERR900001')
    await rig.add(620)
    await rig.add(624)
    await rig.round()
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', libraryStrategy: 'AMPLICON' }))
    await rig.check(624, 'full')
    for (const taxId of [620, 624]) assert.equal((await verdicts(taxId)).get('ERR900001')?.verdict, 'rejected')
  })
})

describe('answers that are not believed', () => {
  beforeEach(async () => {
    put(...names(30))
    await rig.add(624)
    await rig.round()
    rig.wait(40 * day)
  })

  for (const spoiling of [{ kind: 'truncated', afterRows: 20 }, { kind: 'empty' }] as const) {
    test(`a ${spoiling.kind} one is refused: nothing of it is stored, nothing is missing, and last_checked stands`, async () => {
      for (const run of names(30)) rig.source.runs.delete(run as RunAccession)
      put('ERR800001', ...names(30))
      rig.source.spoilNext(spoiling)
      await rig.check(624, 'full')
      const taxon = await taxonRow(rig.ledger.read, 624)
      assert.equal((await lastCheck()).outcome, 'refused')
      assert.deepEqual([taxon?.last_checked, taxon?.check_failures], ['2026-03-01T08:00:00.000Z', 1])
      assert.equal((await verdicts()).has('ERR800001'), false)
      assert.ok([...(await verdicts()).values()].every(row => row.missed_checks === 0 && row.verdict === 'accepted'))
    })
  }

  test('an empty one is refused even when the count says nothing too', async () => {
    rig.source.lag()
    for (const run of names(30)) rig.source.runs.delete(run as RunAccession)
    rig.source.catchUp()
    await rig.check(624, 'full')
    const { outcome, why } = await lastCheck()
    assert.deepEqual([outcome, /empty, though more than 20/.test(why)], ['refused', true])
  })

  test('one that breaks off is a failed check, and the rows that came are kept', async () => {
    put('ERR800001')
    rig.source.runs.delete('ERR900001' as RunAccession)
    put('ERR900001')
    rig.source.spoilNext({ kind: 'cut', afterRows: 30 })
    await rig.check(624, 'full')
    const { outcome, new_runs: fresh } = await lastCheck()
    assert.deepEqual([outcome, fresh, (await verdicts()).get('ERR800001')?.verdict], ['failed', 1, 'accepted'])
  })

  test('many runs that disappear at once are shown to a person, and acted on once that is resolved', async () => {
    for (const run of names(10)) rig.source.withdraw(run as RunAccession)
    await rig.check(624, 'full')
    assert.deepEqual(await attention(), ['taxon 624 runs-disappeared'])
    assert.ok([...(await verdicts()).values()].every(row => row.missed_checks === 0))
    await rig.check(624, 'full')
    assert.equal((await lastCheck()).why, (await lastCheck()).why, 'left alone until resolved')
    rig.wait(60)
    await rig.ledger.write(tx => tx.updateTable('attention').set({ resolved_at: rig.now().toISOString() }).execute())
    rig.wait(60)
    await rig.check(624, 'full')
    rig.wait(day + 60)
    await rig.round()
    rig.wait(60)
    await rig.round()
    const gone = [...(await verdicts()).values()].filter(row => row.reasons_json.includes('RUN_WITHDRAWN'))
    assert.deepEqual([gone.length, await attention()], [10, []])
  })
})

describe('runs that are missing', () => {
  beforeEach(async () => {
    put(...names(10))
    await rig.add(624)
    await rig.round()
  })

  test('are withdrawn only after two full reconciles a day apart and a look-up by accession', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    const state = async () => (await runRow('ERR900003')).archive_state
    rig.wait(30 * day)
    await rig.check(624, 'full')
    await rig.check(624, 'full')
    await rig.round()
    assert.deepEqual([await state(), (await verdicts()).get('ERR900003')?.missed_checks], ['public', 1])
    rig.wait(day)
    await rig.round()
    await rig.round()
    assert.deepEqual(
      [await state(), (await verdicts()).get('ERR900003')?.reasons_json.includes('RUN_WITHDRAWN')],
      ['withdrawn', true],
    )
    assert.deepEqual(await eventsOf('ERR900003'), ['withdrawn'])
    const delivery = await rig.ledger.read
      .selectFrom('deliveries')
      .select('reason')
      .where('run_accession', '=', 'ERR900003')
      .executeTakeFirst()
    assert.equal(delivery?.reason, 'RUN_WITHDRAWN')
  })

  test('that the archive still has under another taxon have left the subtree of this one, and stay with the genus', async () => {
    await rig.add(620)
    await rig.round()
    rig.source.put(anArchiveRun({ runAccession: 'ERR900003', taxId: 623 }))
    rig.wait(30 * day)
    await rig.check(624, 'full')
    rig.wait(day)
    await rig.round()
    await rig.round()
    assert.match((await verdicts()).get('ERR900003')?.reasons_json ?? '', /META_SUBTREE/)
    assert.equal((await verdicts(620)).get('ERR900003')?.verdict, 'accepted')
    assert.equal((await runRow('ERR900003')).archive_state, 'public')
  })

  test('that come back are as if they had never gone', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    rig.wait(30 * day)
    await rig.check(624, 'full')
    put('ERR900003')
    rig.wait(day)
    await rig.round()
    const row = (await verdicts()).get('ERR900003')
    assert.deepEqual([row?.missed_checks, row?.missed_since, row?.verdict], [0, null, 'accepted'])
  })

  test('that were withdrawn and come back are owed again', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    rig.wait(30 * day)
    await rig.check(624, 'full')
    rig.wait(day)
    await rig.round()
    await rig.round()
    put('ERR900003')
    await rig.check(624, 'full')
    const { archive_state: state, withdrawn_at: at } = await runRow('ERR900003')
    assert.deepEqual([state, at, (await verdicts()).get('ERR900003')?.verdict], ['public', null, 'accepted'])
    const delivery = await rig.ledger.read
      .selectFrom('deliveries')
      .select('state')
      .where('run_accession', '=', 'ERR900003')
      .execute()
    assert.deepEqual(
      delivery.map(row => row.state),
      ['wanted'],
    )
  })
})

describe('the waiting shelf', () => {
  test('looks again after 1, 3, 7 and 30 days, then leaves it to full reconciles; first files are judged at any age', async () => {
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: [] }))
    await rig.add(624)
    await rig.round()
    const looks: number[] = []
    for (let today = 1; today <= 40; today++) {
      rig.wait(day)
      const before = rig.source.asked.run
      await rig.round()
      if (rig.source.asked.run > before) looks.push(today)
    }
    assert.deepEqual(looks, [1, 3, 7, 30])
    assert.deepEqual(
      [(await verdicts()).get('ERR900001')?.verdict, (await runRow('ERR900001')).archive_state],
      ['waiting', 'waiting'],
    )
    put('ERR900001')
    await rig.check(624, 'full')
    assert.deepEqual([(await verdicts()).get('ERR900001')?.verdict, await eventsOf('ERR900001')], ['accepted', ['first files']])
  })

  test('a look finds the first files and the run is owed', async () => {
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: [] }))
    await rig.add(624)
    await rig.round()
    put('ERR900001')
    rig.wait(day)
    rig.source.lag()
    await rig.round()
    assert.equal((await verdicts()).get('ERR900001')?.verdict, 'accepted')
  })

  test('holds no run that would be rejected anyway', async () => {
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: [], libraryStrategy: 'AMPLICON' }))
    await rig.add(624)
    await rig.round()
    assert.equal((await runRow('ERR900001')).next_look_at, null)
  })
})

describe('taxa that the taxonomy changed', () => {
  test('a merged one follows the new id, keeps the id of the person, and warns', async () => {
    put('ERR900001')
    await rig.add(6240)
    await rig.round()
    const taxon = await taxonRow(rig.ledger.read, 6240)
    assert.deepEqual([taxon?.resolved_tax_id, taxon?.warning], [624, 'tax id 6240 was merged into 624'])
    assert.equal((await verdicts(6240)).get('ERR900001')?.verdict, 'accepted')
  })

  test('a deleted one needs attention, and nothing of it counts as withdrawn', async () => {
    put(...names(3))
    await rig.add(624)
    await rig.round()
    rig.source.taxa.splice(1, 1)
    rig.source.deletedTaxa.add(624)
    await rig.check(624, 'full')
    assert.deepEqual([await attention(), (await taxonRow(rig.ledger.read, 624))?.state], [['taxon 624 taxon-deleted'], 'deleted'])
    assert.ok([...(await verdicts()).values()].every(row => row.missed_checks === 0 && row.verdict === 'accepted'))
    await rig.check(624, 'full')
    assert.equal(rig.source.asked.taxon, 2, 'a person is asked, the archive is not')
  })
})

describe('checks that fail', () => {
  beforeEach(async () => {
    put('ERR900001')
    await rig.add(624, { priority: 5 })
  })
  const failing = async (problem: Problem, times: number) => {
    for (let time = 0; time < times; time++) {
      rig.source.failNext(problem)
      rig.wait(day)
      await rig.round()
    }
  }

  test('wait longer each time, and a broken answer is shown to a person after the limit', async () => {
    await rig.round()
    await failing(new Problem('broken-answer', 'not a table'), 4)
    assert.deepEqual(await attention(), [])
    assert.equal((await taxonRow(rig.ledger.read, 624))?.next_check_at, new Date(rig.now().getTime() + 480_000).toISOString())
    await failing(new Problem('broken-answer', 'not a table'), 1)
    assert.deepEqual(await attention(), ['taxon 624 check-failing'])
  })

  test('for good are shown at the second time', async () => {
    await rig.round()
    await failing(new Problem('bad-input', 'the archive refuses the query'), 2)
    assert.deepEqual(await attention(), ['taxon 624 check-failing'])
  })

  test("because the archive cannot be reached are nobody's fault: no taxon is set aside, and it heals by itself", async () => {
    await failing(new Problem('unreachable', '503'), 6)
    assert.deepEqual(await attention(), ['installation archive archive-unreachable'])
    rig.wait(day)
    await rig.round()
    assert.deepEqual([await attention(), (await lastCheck()).outcome], [[], 'good'])
  })

  test("for one taxon while others are checked well are that taxon's", async () => {
    await rig.add(623)
    await rig.round()
    await failing(new Problem('unreachable', '500'), 5)
    assert.deepEqual(await attention(), ['taxon 624 check-failing'])
  })

  test("a missing column is the archive's, and is named", async () => {
    await failing(new Problem('broken-answer', 'ENA no longer returns the column fastq_md5'), 1)
    const [open] = await rig.ledger.read.selectFrom('attention').select(['subject', 'cause', 'evidence']).execute()
    assert.deepEqual(
      [open?.subject, open?.cause, open?.evidence.includes('fastq_md5')],
      ['installation', 'archive-changed', true],
    )
  })
})
