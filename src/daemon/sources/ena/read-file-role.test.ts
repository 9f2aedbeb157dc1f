import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadFileRole } from '../../../core/run.ts'
import { readFileRoles } from './read-file-role.ts'

const cases: Record<string, [endings: string[], roles: ReadFileRole[]]> = {
  'a pair': [
    ['_1', '_2'],
    ['mate1', 'mate2'],
  ],
  'a pair, the second mate first': [
    ['_2', '_1'],
    ['mate2', 'mate1'],
  ],
  'orphans first': [
    ['', '_1', '_2'],
    ['orphan', 'mate1', 'mate2'],
  ],
  'orphans last': [
    ['_1', '_2', ''],
    ['mate1', 'mate2', 'orphan'],
  ],
  'a pair with index reads': [
    ['_1', '_2', '_3'],
    ['mate1', 'mate2', 'other'],
  ],
  'one plain file': [[''], ['single']],
  Nanopore: [['_1'], ['single']],
  'a lost first mate': [['_2'], ['single']],
  'a plain file beside one mate': [
    ['', '_1'],
    ['single', 'single'],
  ],
  'PacBio subreads': [['_subreads'], ['single']],
  'PacBio consensus': [['_consensus'], ['single']],
  'PacBio consensus of the same subreads': [
    ['_subreads', '_consensus'],
    ['other', 'single'],
  ],
  'something unknown': [['_index'], ['other']],
}

test('what a file holds follows from its name, not from its place', () => {
  for (const [name, [endings, roles]] of Object.entries(cases)) {
    const names = endings.map(ending => `ERR164407${ending}.fastq.gz`)
    assert.deepEqual(readFileRoles('ERR164407', names), roles, name)
  }
})

test('files that are not called after their run, or are no gzipped FASTQ, are neither mates nor single reads', () => {
  assert.deepEqual(readFileRoles('ERR164407', ['ERR164408_1.fastq.gz', 'ERR164407_2.fastq.gz', 'ERR164407.bam']), [
    'other',
    'single',
    'other',
  ])
})
