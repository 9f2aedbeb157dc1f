import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive } from '../open-test-archive.ts'
import { demoGenomeBases, demoGenus, demoOtherSpecies, demoRuns, demoScenario, demoSpecies } from './demo.ts'

test('the demonstration holds ten runs fit for assembly among those that are not, in a genus, its species and a species apart', async t => {
  const archive = await openTestArchive(t, demoScenario())
  const columns = 'library_strategy,library_source,instrument_platform,library_layout,fastq_ftp,base_count'
  const rows = [
    ...(await archive.rows(`tax_tree(${demoGenus})`, columns)),
    ...(await archive.rows(`tax_tree(${demoOtherSpecies})`, columns)),
  ]
  const isFit = (row: Record<string, string>) =>
    row['library_strategy'] === 'WGS' &&
    row['library_source'] === 'GENOMIC' &&
    row['instrument_platform'] === 'ILLUMINA' &&
    (row['fastq_ftp']?.split(';').length ?? 0) >= 2 &&
    Number(row['base_count']) >= 20 * demoGenomeBases
  const fit = rows.filter(isFit).map(row => row['run_accession'])
  assert.equal(rows.length, 24)
  // Ten that end as genomes, and the one whose gzip breaks off.
  assert.equal(fit.length, 11)
  assert.ok(fit.includes(demoRuns.truncatedGzip) && fit.includes(demoRuns.wrongMd5Once) && fit.includes(demoRuns.orphanFirst))
  for (const species of demoSpecies) assert.ok((await archive.rows(`tax_eq(${species})`)).length >= 4)
  assert.equal((await archive.rows('fastq_ftp=""'))[0]?.['run_accession'], demoRuns.waiting)
})
