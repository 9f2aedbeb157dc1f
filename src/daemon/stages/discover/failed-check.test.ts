import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { Problem } from '../../../core/problem.ts'

let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
})
afterEach(() => rig.close())

async function discover() {
  return (await rig.round()).find(({ stage }) => stage === 'discover')
}

test('a check that failed is counted by its pass, and the taxa after it are checked all the same', async () => {
  rig.put(...runNames(2))
  await rig.add(620, { priority: 1 })
  await rig.add(624)
  rig.source.failNext(new Problem('unreachable', 'nobody is there'))
  const report = await discover()
  assert.equal(report?.planned, 2)
  assert.deepEqual(
    report.failures.map(({ why }) => why),
    ['the check of 620 came to nothing: nobody is there'],
  )
  const { outcome, tax_id: taxId } = await rig.lastCheck()
  assert.deepEqual([taxId, outcome], [624, 'good'])
})
