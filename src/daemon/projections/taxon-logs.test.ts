import assert from 'node:assert/strict'
import { appendFileSync, existsSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { openProjectionRig, type ProjectionRig } from '../../../test/fakes/projection-rig.ts'
import { openAttention } from '../ledger/attention.ts'
import { writeEvent } from '../ledger/events.ts'
import { moveBatch } from '../ledger/move-state.ts'

let rig: ProjectionRig

beforeEach(async () => {
  rig = await openProjectionRig()
})
afterEach(() => rig.close())

describe("a taxon's log", () => {
  const lines = () =>
    rig
      .text('logs', '624.log')
      .trimEnd()
      .split('\n')
      .map(line => line.replace(/ event=\d+$/, ''))

  test('tells what happened, a line each, in words', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.project()
    assert.deepEqual(lines(), [
      '2026-03-01T08:00:00Z INFO 624 person added',
      '2026-03-01T08:00:00Z INFO 624 discover check=full outcome=good rows=1 new=1 changed=0 missing=0',
      '2026-03-01T08:00:00Z INFO 624 filter kept=1 rejected=0',
    ])
  })

  test('holds every event once, whenever the program dies', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    const dying = rig.newProjector(name => {
      if (name === 'taxon logs appended') throw new Error('killed here')
    })
    await assert.rejects(dying.writeTaxonLogs(), /killed here/)
    const before = lines()
    await rig.newProjector().writeTaxonLogs()
    assert.deepEqual(lines(), before)
    appendFileSync(rig.at('logs', '624.log'), '2026-03-01T08:00:00Z INFO 624 torn')
    await rig.ledger.write(tx =>
      openAttention(tx, { subject: 'taxon', subjectId: '624', cause: 'c', evidence: 'two\nlines', tried: '' }, rig.now(), 'test'),
    )
    await rig.newProjector().writeTaxonLogs()
    assert.equal(lines().at(-1), '2026-03-01T08:00:00Z ERROR 624 test attention taxon 624 opened c: two lines')
  })

  test('names a batch as people do, and says of what is new that it is new', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.batchRun('ERR900001', '/nowhere')
    const cause = { at: rig.now(), why: 'its agent closed', byWhom: 'watch', taxId: 624 }
    await rig.ledger.write(async tx => {
      await moveBatch(tx, 'b1', { seen: 'started', event: 'finish' }, cause)
      await writeEvent(tx, { subject: 'delivery', subjectId: 'd1', event: 'want', to: 'wanted' }, { ...cause, why: '' })
    })
    await rig.project()
    assert.deepEqual(lines().slice(-2), [
      '2026-03-01T08:00:00Z INFO 624 watch batch Shigella-1 finish started>finished its agent closed',
      '2026-03-01T08:00:00Z INFO 624 watch delivery d1 want new>wanted',
    ])
  })

  test('is begun anew when it was moved away', async () => {
    await rig.add(624)
    await rig.project()
    rmSync(rig.at('logs'), { recursive: true })
    await rig.round()
    await rig.project()
    assert.ok(existsSync(rig.at('logs', '624.log')))
    assert.equal(lines().length, 1, 'what the old log told is not told again')
  })
})
