import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import { openTestArchive } from './open-test-archive.ts'
import { accessionOfName } from './reads-folder.ts'

const fastq = (reads: number, bases: number) => gzipSync(`@read\n${'A'.repeat(bases)}\n+\n${'F'.repeat(bases)}\n`.repeat(reads))
const md5 = (content: Buffer) => createHash('md5').update(content).digest('hex')

async function folderWith(t: TestContext, files: Record<string, Buffer>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rehearsal-test-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(dir, name), content)
  return dir
}

test('files of a folder become runs, with the sizes, sums and counts of what lies there', async t => {
  const [left, right, long] = [fastq(5, 30), fastq(5, 20), fastq(2, 100)]
  const dir = await folderWith(t, {
    'ERR6005894_1.fastq.gz': left,
    'ERR6005894_2.fastq.gz': right,
    'my plasmid.fastq.gz': long,
    'notes.txt': left,
  })
  const archive = await openTestArchive(t, { taxa: [], readsFolders: [{ dir, taxon: 622, name: 'Shigella dysenteriae' }] })
  const rows = await archive.rows(
    'tax_eq(622)',
    'fastq_ftp,fastq_bytes,fastq_md5,read_count,base_count,library_layout,sample_alias,scientific_name',
  )
  assert.equal(rows.length, 2)
  const [pair, single] = rows
  assert.equal(pair?.['run_accession'], 'ERR6005894')
  assert.equal(pair['fastq_bytes'], `${left.length};${right.length}`)
  assert.equal(pair['fastq_md5'], `${md5(left)};${md5(right)}`)
  assert.deepEqual([pair['read_count'], pair['base_count'], pair['library_layout']], ['5', '250', 'PAIRED'])
  assert.equal(pair['scientific_name'], 'Shigella dysenteriae')
  assert.deepEqual([single?.['read_count'], single?.['base_count'], single?.['library_layout']], ['2', '200', 'SINGLE'])
  assert.equal(single?.['sample_alias'], 'my plasmid')
  assert.match(single['run_accession'] ?? '', /^ERR9\d{7}$/)
  const path = pair['fastq_ftp']?.split(';')[1]?.replace('ftp.sra.ebi.ac.uk', '') ?? ''
  const served = Buffer.from(await (await fetch(archive.url + path)).arrayBuffer())
  assert.deepEqual(served, right)
})

test('a third file without a mate number is listed first', async t => {
  const dir = await folderWith(t, { 'x_1.fastq.gz': fastq(3, 10), 'x_2.fastq.gz': fastq(3, 10), 'x.fastq.gz': fastq(1, 10) })
  const archive = await openTestArchive(t, { taxa: [], readsFolders: [{ dir, taxon: 5 }] })
  const [row] = await archive.rows('tax_eq(5)', 'fastq_ftp,read_count')
  const names = row?.['fastq_ftp']?.split(';').map(address =>
    address
      .split('/')
      .at(-1)
      ?.replace(/^ERR\d+/, ''),
  )
  assert.deepEqual(names, ['.fastq.gz', '_1.fastq.gz', '_2.fastq.gz'])
  assert.equal(row?.['read_count'], '4')
})

test('changed files of a folder hold the same reads in other bytes', async t => {
  const left = fastq(5, 30)
  const dir = await folderWith(t, { 'ERR6005894.fastq.gz': left })
  const archive = await openTestArchive(t, { taxa: [], readsFolders: [{ dir, taxon: 5 }] })
  await archive.control.changeFiles('ERR6005894')
  const { cells } = await archive.control.run('ERR6005894')
  assert.notEqual(cells['fastq_md5'], md5(left))
  const served = Buffer.from(
    await (await fetch(archive.url + cells['fastq_ftp']?.replace('ftp.sra.ebi.ac.uk', ''))).arrayBuffer(),
  )
  assert.equal(md5(served), cells['fastq_md5'])
  assert.deepEqual(gunzipSync(served), gunzipSync(left))
})

test('a name that is an accession stays; another one becomes the same accession every time', () => {
  assert.equal(accessionOfName('SRR123456'), 'SRR123456')
  assert.match(accessionOfName('shigella-plasmids'), /^ERR9\d{7}$/)
  assert.equal(accessionOfName('shigella-plasmids'), accessionOfName('shigella-plasmids'))
  assert.notEqual(accessionOfName('a'), accessionOfName('b'))
})

test('a folder without reads is refused', async t => {
  const dir = await folderWith(t, { 'notes.txt': Buffer.from('none') })
  await assert.rejects(openTestArchive(t, { taxa: [], readsFolders: [{ dir, taxon: 5 }] }), /holds no file/)
})
