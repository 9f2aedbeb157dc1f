import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { openArchiveRig, runNames, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { readSetOrder } from '../../../core/effective-settings.ts'
import { changeTaxon } from '../../ledger/change-taxon.ts'
import { removeTaxonRow } from '../../ledger/requested/remove-taxon.ts'
import { taxonRow, wantCheck } from '../../ledger/taxa.ts'

let rig: ArchiveRig

beforeEach(async () => {
  rig = await openArchiveRig()
  rig.put(...runNames(3))
})
afterEach(() => rig.close())

/** Does something after the last row of the next listing came, an hour after it began, and lets the check come to its end. */
async function duringCheck(act: () => Promise<unknown>): Promise<void> {
  const { source } = rig
  const runsOf = source.runsOf.bind(source)
  source.runsOf = async function* (...asked) {
    yield* runsOf(...asked)
    source.runsOf = runsOf
    rig.wait(3600)
    await act()
  }
  await rig.round()
}

const asked = () => ({ at: rig.now(), why: 'asked for', byWhom: 'person' })

suite('while a check is under way', () => {
  test('a taxon that is removed stays removed, and nothing is owed for it', async () => {
    await rig.add(624)
    await duringCheck(() => removeTaxonRow(rig.ledger, 624, false, asked()))
    assert.equal((await taxonRow(rig.ledger.read, 624))?.state, 'removed')
    assert.deepEqual(await rig.deliveries('ERR900001'), [])
  })

  test('a check that is asked for is done after it', async () => {
    await rig.add(624)
    await duringCheck(() => rig.ledger.write(tx => wantCheck(tx, 624, true, asked())))
    const taxon = await taxonRow(rig.ledger.read, 624)
    assert.deepEqual([taxon?.full_check_wanted, taxon?.next_check_at], [1, rig.now().toISOString()])
    await rig.round()
    const { kind, begun_at: begunAt } = await rig.lastCheck()
    assert.deepEqual([kind, begunAt], ['full', rig.now().toISOString()])
  })

  test('a taxon that is widened is listed anew', async () => {
    await rig.add(620, { scope: 'alone' })
    await duringCheck(() => rig.ledger.write(tx => changeTaxon(tx, 620, readSetOrder({ scope: 'subtree' }), asked())))
    assert.equal((await rig.verdicts(620)).size, 0)
    await rig.round()
    assert.equal((await rig.verdicts(620)).size, 3)
  })
})
