import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { RunAccession } from '../../../core/accession.ts'
import { anArchiveRun } from '../../../../test/fakes/archive-world.ts'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'

const day = 86_400
let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

describe('runs that are missing', () => {
  beforeEach(async () => {
    rig.put(...runNames(10))
    await rig.add(624)
    await rig.round()
  })

  test('are withdrawn only after two full reconciles a day apart and a look-up by accession', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    const state = async () => (await rig.runRow('ERR900003')).archive_state
    rig.wait(30 * day)
    await rig.check(624, 'full')
    await rig.check(624, 'full')
    await rig.round()
    assert.deepEqual([await state(), (await rig.verdicts()).get('ERR900003')?.missed_checks], ['public', 1])
    rig.wait(day)
    await rig.round()
    await rig.round()
    assert.deepEqual(
      [await state(), (await rig.verdicts()).get('ERR900003')?.reasons_json.includes('RUN_WITHDRAWN')],
      ['withdrawn', true],
    )
    assert.deepEqual(await rig.eventsOf('ERR900003'), ['withdrawn'])
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
    assert.match((await rig.verdicts()).get('ERR900003')?.reasons_json ?? '', /META_SUBTREE/)
    assert.equal((await rig.verdicts(620)).get('ERR900003')?.verdict, 'accepted')
    assert.equal((await rig.runRow('ERR900003')).archive_state, 'public')
  })

  test('that come back are as if they had never gone', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    rig.wait(30 * day)
    await rig.check(624, 'full')
    rig.put('ERR900003')
    rig.wait(day)
    await rig.round()
    const row = (await rig.verdicts()).get('ERR900003')
    assert.deepEqual([row?.missed_checks, row?.missed_since, row?.verdict], [0, null, 'accepted'])
  })

  test('that were withdrawn and come back are owed again', async () => {
    rig.source.withdraw('ERR900003' as RunAccession)
    rig.wait(30 * day)
    await rig.check(624, 'full')
    rig.wait(day)
    await rig.round()
    await rig.round()
    rig.put('ERR900003')
    await rig.check(624, 'full')
    const { archive_state: state, withdrawn_at: at } = await rig.runRow('ERR900003')
    assert.deepEqual([state, at, (await rig.verdicts()).get('ERR900003')?.verdict], ['public', null, 'accepted'])
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
      [(await rig.verdicts()).get('ERR900001')?.verdict, (await rig.runRow('ERR900001')).archive_state],
      ['waiting', 'waiting'],
    )
    rig.put('ERR900001')
    await rig.check(624, 'full')
    assert.deepEqual(
      [(await rig.verdicts()).get('ERR900001')?.verdict, await rig.eventsOf('ERR900001')],
      ['accepted', ['first files']],
    )
  })

  test('a look finds the first files and the run is owed', async () => {
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: [] }))
    await rig.add(624)
    await rig.round()
    rig.put('ERR900001')
    rig.wait(day)
    rig.source.lag()
    await rig.round()
    assert.equal((await rig.verdicts()).get('ERR900001')?.verdict, 'accepted')
  })

  test('holds no run that would be rejected anyway', async () => {
    rig.source.put(anArchiveRun({ runAccession: 'ERR900001', readFiles: [], libraryStrategy: 'AMPLICON' }))
    await rig.add(624)
    await rig.round()
    assert.equal((await rig.runRow('ERR900001')).next_look_at, null)
  })
})
