import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFileNames, runFolder } from './read-file-names.ts'

test('the folder of a run follows from the length of its accession', () => {
  assert.equal(runFolder('SRR015584'), 'SRR015/SRR015584')
  assert.equal(runFolder('ERR6913101'), 'ERR691/001/ERR6913101')
  assert.equal(runFolder('SRR21721661'), 'SRR217/061/SRR21721661')
  assert.equal(runFolder('ERR123456789'), 'ERR123/789/ERR123456789')
})

test('the file of orphaned reads stands before the mates', () => {
  const files = readFileNames('ERR1', 'orphan-first')
  assert.deepEqual(
    files.map(file => [file.name, file.role]),
    [
      ['ERR1.fastq.gz', 'orphan'],
      ['ERR1_1.fastq.gz', 'first'],
      ['ERR1_2.fastq.gz', 'second'],
    ],
  )
})

test('a run that waits for FASTQ lists no files', () => {
  assert.deepEqual(readFileNames('ERR1', 'none'), [])
})
