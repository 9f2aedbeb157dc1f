import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { anArchiveRun } from '../../../test/fakes/archive-world.ts'
import { runNames } from '../../../test/fakes/archive-rig.ts'
import { openProjectionRig, type ProjectionRig } from '../../../test/fakes/projection-rig.ts'
import { staleMarks, staleTaxa } from '../ledger/stale-files.ts'
import { statusTsv } from './status-tsv.ts'

let rig: ProjectionRig

beforeEach(async () => {
  rig = await openProjectionRig()
})
afterEach(() => rig.close())

describe("a taxon's files", () => {
  test('hold every run: its metadata as the archive sent it, and why it is excluded', async () => {
    rig.put('ERR900001')
    rig.source.put(
      anArchiveRun({
        runAccession: 'ERR900002',
        libraryStrategy: 'AMPLICON',
        instrumentPlatform: 'LS454',
        country: 'Korea, "South"',
      }),
    )
    await rig.add(624)
    await rig.round()
    await rig.project()
    assert.deepEqual(rig.cells('ENA_metadata', '624.csv'), [
      ['run_accession', 'sample_accession', 'country'],
      ['ERR900001', 'SAMEA900001', 'Georgia'],
      ['ERR900002', 'SAMEA900002', 'Korea, "South"'],
    ])
    assert.deepEqual(rig.cells('ENA_accession_numbers', '624.csv')[2], [
      'ERR900002',
      'true',
      '',
      'META_STRATEGY;META_PLATFORM',
      '',
      'excluded',
    ])
  })

  test('of more runs than a page holds have each of them once', async () => {
    rig.put(...runNames(2300))
    await rig.add(624)
    await rig.round()
    await rig.project()
    for (const folder of ['ENA_metadata', 'ENA_accession_numbers']) {
      assert.deepEqual(
        rig
          .cells(folder, '624.csv')
          .slice(1)
          .map(row => row[0]),
        runNames(2300),
      )
    }
  })

  test('are written again only when something changed, and not sooner than they may', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.project()
    rig.wait(1000)
    assert.deepEqual([await staleTaxa(rig.ledger.read), await rig.project()], [[], 0])
    rig.put('ERR900002')
    await rig.check(624, 'full')
    await rig.project()
    assert.equal(rig.cells('ENA_accession_numbers', '624.csv').length, 3)
    rig.wait(10)
    rig.put('ERR900003')
    await rig.check(624, 'full')
    await rig.project()
    assert.equal(rig.cells('ENA_accession_numbers', '624.csv').length, 3)
    rig.wait(300)
    await rig.project()
    assert.equal(rig.cells('ENA_accession_numbers', '624.csv').length, 4)
  })

  test('whatever moves a delivery makes the list stale, and leaves the metadata alone', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.project()
    rig.wait(1000)
    await rig.batchRun('ERR900001', '192.0.2.7')
    await rig.ledger.write(async tx => tx.updateTable('runs').set({ metadata: 'x\ty\tz' }).execute())
    await rig.project()
    assert.equal(rig.cells('ENA_accession_numbers', '624.csv')[1]?.[5], 'batched')
    assert.equal(rig.cells('ENA_metadata', '624.csv')[1]?.[0], 'ERR900001')
  })

  test('that change while they are written stay stale', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.project()
    rig.wait(1000)
    rig.put('ERR900002')
    await rig.check(624, 'full')
    const inBetween = rig.newProjector(name => {
      // While the first of the two files is put in place, another run is found.
      if (name === 'file written')
        void rig.ledger.write(tx =>
          tx
            .updateTable('taxa')
            .set(eb => ({ files_stale: eb('files_stale', '+', 1) }))
            .execute(),
        )
    })
    await inBetween.writeTaxonFiles(624)
    assert.ok((await staleMarks(rig.ledger.read, 624)).files > 0)
    assert.equal((await staleMarks(rig.ledger.read, 624)).metadata, 0)
  })

  test('are never seen half-written, and a death leaves the old one', async () => {
    rig.put('ERR900001')
    await rig.add(624)
    await rig.round()
    await rig.project()
    const before = rig.text('ENA_accession_numbers', '624.csv')
    rig.put('ERR900002')
    await rig.check(624, 'full')
    const dying = rig.newProjector(name => {
      if (name === 'file written') throw new Error('killed here')
    })
    await assert.rejects(dying.writeTaxonFiles(624), /killed here/)
    assert.equal(rig.text('ENA_accession_numbers', '624.csv'), before)
    rig.wait(1000)
    await rig.project()
    assert.equal(rig.cells('ENA_accession_numbers', '624.csv').length, 3)
    assert.deepEqual(readdirSync(rig.at('ENA_metadata')), ['624.csv'])
  })
})

test('status.tsv tells the fate of every run for every taxon, and no cell can break it', async () => {
  rig.put('ERR900001')
  rig.source.put(anArchiveRun({ runAccession: 'ERR900002', libraryStrategy: 'AMPLICON', scientificName: 'a\tb' }))
  await rig.add(620)
  await rig.add(624)
  await rig.round()
  let tsv = ''
  for await (const chunk of statusTsv(rig.ledger.read, undefined)) tsv += chunk
  const rows = tsv
    .trimEnd()
    .split('\n')
    .map(line => line.split('\t'))
  assert.ok(rows.every(row => row.length === rows[0]?.length))
  assert.deepEqual(
    rows.slice(1).map(row => row.slice(0, 5)),
    [
      ['ERR900001', '620', 'Shigella', 'wanted', ''],
      ['ERR900001', '624', 'Shigella sonnei', 'wanted', ''],
      ['ERR900002', '620', 'Shigella', 'excluded', 'META_STRATEGY'],
      ['ERR900002', '624', 'Shigella sonnei', 'excluded', 'META_STRATEGY'],
    ],
  )
})
