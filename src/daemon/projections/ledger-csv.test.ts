import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { runNames } from '../../../test/fakes/archive-rig.ts'
import { openProjectionRig, type ProjectionRig } from '../../../test/fakes/projection-rig.ts'
import { openAttention } from '../ledger/attention.ts'

let rig: ProjectionRig

beforeEach(async () => {
  rig = await openProjectionRig()
})
afterEach(() => rig.close())

describe('microfetch.csv', () => {
  const header = [
    'taxonomy_id',
    'last_checked',
    'droplet_ips',
    'last_run_status',
    'needs_attention',
    'stage',
    'stage_name',
    'priority',
    'generated_warning',
  ]

  test("has the original's columns and words, from a new taxon to one at rest", async () => {
    await rig.add(624, { priority: 7 })
    await rig.project()
    assert.deepEqual(rig.cells('microfetch.csv'), [header, ['624', '', '', '', '', '0', 'new', '7', '']])
    await rig.round()
    await rig.project()
    assert.deepEqual(rig.cells('microfetch.csv')[1], [
      '624',
      '2026-03-01T08:00:00Z',
      '',
      'complete',
      '',
      '8',
      'complete',
      '7',
      '',
    ])
  })

  test('shows where machines work for every taxon that accepts the run, and who needs a person', async () => {
    rig.put(...runNames(2))
    await rig.add(620)
    await rig.add(624)
    await rig.round()
    await rig.batchRun('ERR900001', '192.0.2.7')
    await rig.ledger.write(tx =>
      openAttention(
        tx,
        { subject: 'taxon', subjectId: '620', cause: 'check-failing', evidence: 'e', tried: 't' },
        rig.now(),
        'test',
      ),
    )
    await rig.project()
    const rows = rig
      .cells('microfetch.csv')
      .slice(1)
      .map(row => [row[0], row[2], row[3], row[4], row[6]])
    assert.deepEqual(rows, [
      ['620', '192.0.2.7', 'error', 'check-failing', 'work'],
      ['624', '192.0.2.7', 'in progress', '', 'work'],
    ])
    assert.deepEqual(rig.cells('ENA_accession_numbers', '624.csv'), [
      ['run_accession_number', 'excluded', 'droplet_ip', 'reason', 'batch', 'state'],
      ['ERR900001', 'false', '192.0.2.7', '', 'Shigella-1', 'batched'],
      ['ERR900002', 'false', '', '', '', 'wanted'],
    ])
  })

  test('is not written when nothing changed, and is put right when somebody changed it', async () => {
    await rig.add(624)
    await rig.round()
    await rig.project()
    assert.equal(await rig.project(), 0)
    writeFileSync(rig.at('microfetch.csv'), 'mine')
    assert.equal(await rig.project(), 1)
    assert.match(rig.text('microfetch.csv'), /^taxonomy_id/)
  })
})
