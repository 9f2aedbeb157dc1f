import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { pass } from '../pass.ts'
import { batchStage } from './batch-stage.ts'

test('the line that tells of a new batch calls it what people find it by', async () => {
  const rig = await openArchiveRig()
  try {
    const said: [string, Record<string, unknown> | undefined][] = []
    rig.deps.log = { ...rig.deps.log, say: (text, fields) => void said.push([text, fields]) }
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    assert.deepEqual((await pass(batchStage, rig.deps)).failures, [])
    const { name } = await rig.ledger.read.selectFrom('batches').select('name').executeTakeFirstOrThrow()
    const [line] = said.filter(([text]) => text === 'batch made')
    assert.deepEqual(line?.[1], { taxId: 624, batch: name, runs: 1, recipe: 'assemble' })
  } finally {
    await rig.close()
  }
})
