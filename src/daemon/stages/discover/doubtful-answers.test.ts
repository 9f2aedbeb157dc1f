import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { RunAccession } from '../../../core/accession.ts'
import { Problem } from '../../../core/problem.ts'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { taxonRow } from '../../ledger/taxa.ts'

const day = 86_400
let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

describe('answers that are not believed', () => {
  beforeEach(async () => {
    rig.put(...runNames(30))
    await rig.add(624)
    await rig.round()
    rig.wait(40 * day)
  })

  for (const spoiling of [{ kind: 'truncated', afterRows: 20 }, { kind: 'empty' }] as const) {
    test(`a ${spoiling.kind} one is refused: nothing of it is stored, nothing is missing, and last_checked stands`, async () => {
      for (const run of runNames(30)) rig.source.runs.delete(run as RunAccession)
      rig.put('ERR800001', ...runNames(30))
      rig.source.spoilNext(spoiling)
      await rig.check(624, 'full')
      const taxon = await taxonRow(rig.ledger.read, 624)
      assert.equal((await rig.lastCheck()).outcome, 'refused')
      assert.deepEqual([taxon?.last_checked, taxon?.check_failures], ['2026-03-01T08:00:00.000Z', 1])
      assert.equal((await rig.verdicts()).has('ERR800001'), false)
      assert.ok([...(await rig.verdicts()).values()].every(row => row.missed_checks === 0 && row.verdict === 'accepted'))
    })
  }

  test('an empty one is refused even when the count says nothing too', async () => {
    rig.source.lag()
    for (const run of runNames(30)) rig.source.runs.delete(run as RunAccession)
    rig.source.catchUp()
    await rig.check(624, 'full')
    const { outcome, why } = await rig.lastCheck()
    assert.deepEqual([outcome, /empty, though more than 20/.test(why)], ['refused', true])
  })

  test('one that breaks off is a failed check, and the rows that came are kept', async () => {
    rig.put('ERR800001')
    rig.source.runs.delete('ERR900001' as RunAccession)
    rig.put('ERR900001')
    rig.source.spoilNext({ kind: 'cut', afterRows: 30 })
    await rig.check(624, 'full')
    const { outcome, new_runs: fresh } = await rig.lastCheck()
    assert.deepEqual([outcome, fresh, (await rig.verdicts()).get('ERR800001')?.verdict], ['failed', 1, 'accepted'])
  })

  test('many runs that disappear at once are shown to a person, and acted on once that is resolved', async () => {
    for (const run of runNames(10)) rig.source.withdraw(run as RunAccession)
    await rig.check(624, 'full')
    assert.deepEqual(await rig.attention(), ['taxon 624 runs-disappeared'])
    assert.ok([...(await rig.verdicts()).values()].every(row => row.missed_checks === 0))
    await rig.check(624, 'full')
    assert.equal((await rig.lastCheck()).why, (await rig.lastCheck()).why, 'left alone until resolved')
    rig.wait(60)
    await rig.ledger.write(tx => tx.updateTable('attention').set({ resolved_at: rig.now().toISOString() }).execute())
    rig.wait(60)
    await rig.check(624, 'full')
    rig.wait(day + 60)
    await rig.round()
    rig.wait(60)
    await rig.round()
    const gone = [...(await rig.verdicts()).values()].filter(row => row.reasons_json.includes('RUN_WITHDRAWN'))
    assert.deepEqual([gone.length, await rig.attention()], [10, []])
  })
})

describe('checks that fail', () => {
  beforeEach(async () => {
    rig.put('ERR900001')
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
    assert.deepEqual(await rig.attention(), [])
    assert.equal((await taxonRow(rig.ledger.read, 624))?.next_check_at, new Date(rig.now().getTime() + 480_000).toISOString())
    await failing(new Problem('broken-answer', 'not a table'), 1)
    assert.deepEqual(await rig.attention(), ['taxon 624 check-failing'])
  })

  test('for good are shown at the second time', async () => {
    await rig.round()
    await failing(new Problem('bad-input', 'the archive refuses the query'), 2)
    assert.deepEqual(await rig.attention(), ['taxon 624 check-failing'])
  })

  test("because the archive cannot be reached are nobody's fault: no taxon is set aside, and it heals by itself", async () => {
    await failing(new Problem('unreachable', '503'), 6)
    assert.deepEqual(await rig.attention(), ['installation archive archive-unreachable'])
    rig.wait(day)
    await rig.round()
    assert.deepEqual([await rig.attention(), (await rig.lastCheck()).outcome], [[], 'good'])
  })

  test("for one taxon while others are checked well are that taxon's", async () => {
    await rig.add(623)
    await rig.round()
    await failing(new Problem('unreachable', '500'), 5)
    assert.deepEqual(await rig.attention(), ['taxon 624 check-failing'])
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
