import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Assignment } from '../api/assignment.ts'
import { formatSamplesheet } from './samplesheet.ts'

const run: Assignment['runs'][number] = {
  runAccession: 'ERR000001',
  deliveryId: 'd1',
  layout: 'paired',
  sampleAccession: 'SAMEA1',
  taxId: 562,
  readFiles: [
    { name: 'ERR000001_1.fastq.gz', role: 'mate1', sizeBytes: 10, md5: 'aa', sources: ['https://a/1', 'https://b/1'] },
    { name: 'ERR000001_2.fastq.gz', role: 'mate2', sizeBytes: 20, md5: 'bb', sources: ['https://a/2'] },
  ],
}

test('a line for each read file, with its sources in their order', () => {
  const columns = {
    run: '{run}',
    layout: '{layout}',
    file: '{file}',
    role: '{role}',
    bytes: '{bytes}',
    md5: '{md5}',
    sources: '{sources}',
  }
  assert.equal(
    formatSamplesheet({ delimiter: ',', lines: 'file', columns }, [run]),
    'run,layout,file,role,bytes,md5,sources\n' +
      'ERR000001,paired,ERR000001_1.fastq.gz,mate1,10,aa,https://a/1|https://b/1\n' +
      'ERR000001,paired,ERR000001_2.fastq.gz,mate2,20,bb,https://a/2\n',
  )
})

test('a line for each run, as the pipelines of nf-core want it', () => {
  const columns = {
    sample: '{run}_{sample}',
    fastq_1: '{mate1}',
    fastq_2: '{mate2}',
    single: '{single}',
    tax: 'txid{taxId}',
    strandedness: 'auto',
  }
  assert.equal(
    formatSamplesheet({ delimiter: ',', lines: 'run', columns }, [run]),
    'sample,fastq_1,fastq_2,single,tax,strandedness\nERR000001_SAMEA1,https://a/1,https://a/2,,txid562,auto\n',
  )
})

test('cells are quoted where commas part them, and stripped of tabs where tabs do', () => {
  const columns = { run: '{run}', 'a "b"': 'x,{run}\ty' }
  assert.equal(formatSamplesheet({ delimiter: ',', lines: 'run', columns }, [run]), 'run,"a ""b"""\nERR000001,"x,ERR000001\ty"\n')
  assert.equal(formatSamplesheet({ delimiter: '\t', lines: 'run', columns }, [run]), 'run\ta "b"\nERR000001\tx,ERR000001 y\n')
})

test('braces inside a value are not filled again', () => {
  const strange = { ...run, sampleAccession: '{run}' }
  assert.equal(
    formatSamplesheet({ delimiter: ',', lines: 'run', columns: { s: '{sample}{nothing}' } }, [strange]),
    's\n{run}{nothing}\n',
  )
})
