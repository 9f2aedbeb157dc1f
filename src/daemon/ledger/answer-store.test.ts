import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { openAnswerStore, type AnswerStore } from './answer-store.ts'
import type { KeptRun } from './run-columns.ts'

let store: AnswerStore
beforeEach(() => (store = openAnswerStore()))
afterEach(() => store.close())

function aRun(runAccession: string): KeptRun {
  return {
    runAccession,
    rowHash: `hash of ${runAccession}`,
    columns: {
      study_accession: 'PRJEB1',
      sample_accession: 'SAMEA1',
      experiment_accession: 'ERX1',
      tax_id: 624,
      scientific_name: 'Shigella sonnei',
      library_strategy: 'WGS',
      library_source: 'GENOMIC',
      library_layout: 'PAIRED',
      instrument_platform: 'ILLUMINA',
      read_count: 1,
      base_count: null,
      fastq_bytes: 2,
      first_public_on: '2026-01-01',
      ena_updated_on: '2026-01-02',
      files_json: '[]',
      files_problem: null,
      revision: 'r',
      archive_state: 'public',
    },
    metadata: `${runAccession}\tcells`,
  }
}

/** All that was kept, taken out in pages of two. */
function takenOut(): KeptRun[] {
  const runs: KeptRun[] = []
  for (let page = store.keptBehind('', 2); page.length > 0; page = store.keptBehind(page.at(-1)?.runAccession ?? '', 2)) {
    runs.push(...page)
  }
  return runs
}

suite('an answer on disk', () => {
  test('gives back what was kept, whole, in the order of the accessions and not in that of the archive', () => {
    store.keep([aRun('SRR20'), aRun('ERR3'), aRun('ERR10')])
    store.keep([aRun('DRR5'), aRun('ERR2')])
    const runs = takenOut()
    assert.deepEqual(
      runs.map(run => run.runAccession),
      ['DRR5', 'ERR10', 'ERR2', 'ERR3', 'SRR20'],
    )
    const { columns, ...rest } = runs[2] ?? assert.fail()
    const { columns: expected, ...others } = aRun('ERR2')
    assert.deepEqual(rest, others)
    for (const [name, value] of Object.entries(expected)) assert.equal(columns[name as keyof typeof columns], value, name)
  })

  test('holds nothing when nothing was kept', () => assert.deepEqual(takenOut(), []))

  test('takes nothing in once it is being taken out, and no run twice', () => {
    store.keep([aRun('ERR1'), aRun('ERR1')])
    assert.throws(() => store.keptBehind('', 1), /UNIQUE/)
    store.close()
    store = openAnswerStore()
    store.keptBehind('', 1)
    assert.throws(() => store.keep([aRun('ERR2')]), /takes nothing in/)
  })

  test('knows which runs the answer did not name', () => {
    store.see(['ERR1', 'SRR1'])
    store.see(['SRR1', 'DRR10'])
    assert.deepEqual(store.unseen(['DRR1', 'DRR10', 'ERR1', 'ERR10', 'SRR1']), ['DRR1', 'ERR10'])
  })
})
