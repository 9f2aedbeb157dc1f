import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { cellOf } from '../cells/cells.ts'
import type { ContentFlaw, FileShape } from '../scenario.ts'
import type { ReadFile } from '../world/run-set.ts'
import { World } from '../world/world.ts'
import { FileStore } from './file-store.ts'
import { inventGenome } from './genome.ts'

const accession = 'ERR700001'

async function cacheFolder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rehearsal-test-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  return dir
}

function worldOf(dir: string, shape: FileShape = 'paired', flaw?: ContentFlaw): World {
  const group = { taxon: 5, accession, depth: 10, library: { shape, readBases: 100 }, ...(flaw === undefined ? {} : { flaw }) }
  return new World({ taxa: [{ id: 5, name: 'Five', genomeBases: 3000 }], runs: [group] }, dir)
}

const filesOf = (world: World): Promise<readonly ReadFile[]> => world.files.filesOf(world.rowAt(0))
const readsIn = async (file: ReadFile) =>
  gunzipSync(await readFile(file.path))
    .toString('latin1')
    .trimEnd()
    .split('\n')

test('listed bytes and MD5 are those of the file, and the counts those of its reads', async t => {
  const world = worldOf(await cacheFolder(t))
  const files = await filesOf(world)
  let bases = 0
  for (const file of files) {
    const content = await readFile(file.path)
    assert.equal(content.length, file.bytes)
    assert.equal(createHash('md5').update(content).digest('hex'), file.md5)
    const lines = await readsIn(file)
    assert.equal(lines.length / 4, 150)
    for (let at = 0; at < lines.length; at += 4) bases += lines[at + 1]?.length ?? 0
  }
  const row = world.rowAt(0)
  assert.equal(cellOf(row, 'base_count', world), String(bases))
  assert.equal(cellOf(row, 'read_count', world), '150')
  assert.equal(cellOf(row, 'fastq_md5', world), files.map(file => file.md5).join(';'))
})

test('reads are FASTQ with qualities from 2 to 37, and mates have the same names in the same order', async t => {
  const [first, second] = await filesOf(worldOf(await cacheFolder(t)))
  assert.ok(first && second)
  const [left, right] = [await readsIn(first), await readsIn(second)]
  assert.equal(left[0], `@${accession}.1 1/1`)
  assert.equal(right[0], `@${accession}.1 1/2`)
  for (let at = 0; at < left.length; at += 4) {
    assert.equal(left[at]?.slice(0, -2), right[at]?.slice(0, -2))
    assert.match(left[at + 1] ?? '', /^[ACGT]{100}$/)
    assert.equal(left[at + 2], '+')
    assert.match(left[at + 3] ?? '', /^[#,:F]{100}$/)
  }
})

test('reads come from the invented genome of the taxon, from both strands and all over it', async t => {
  const [file] = await filesOf(worldOf(await cacheFolder(t)))
  assert.ok(file)
  const genome = inventGenome(5, 3000).toString('latin1')
  const circle = genome + genome.slice(0, 200)
  const complements: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' }
  const turned = [...circle]
    .reverse()
    .map(base => complements[base])
    .join('')
  const starts: number[] = []
  let [forward, backward] = [0, 0]
  const lines = await readsIn(file)
  for (let at = 1; at < lines.length; at += 4) {
    // A stretch from the middle of a read is free of errors most of the time.
    const stretch = lines[at]?.slice(20, 50) ?? ''
    if (circle.includes(stretch)) starts.push(circle.indexOf(stretch))
    if (circle.includes(stretch)) forward++
    else if (turned.includes(stretch)) backward++
  }
  assert.ok(forward > 40 && backward > 40, `${forward} forward, ${backward} backward of 150`)
  assert.ok(Math.min(...starts) < 400 && Math.max(...starts) > 2600)
})

test('another store makes the same bytes, and a kept cache is used again', async t => {
  const [one, two] = [await cacheFolder(t), await cacheFolder(t)]
  const sums = async (dir: string) => (await filesOf(worldOf(dir))).map(file => file.md5)
  assert.deepEqual(await sums(one), await sums(two))
  const world = worldOf(one)
  const again = new FileStore(one)
  const [file] = await again.filesOf(world.rowAt(0))
  assert.equal(file?.path.startsWith(one), true)
})

test('files that were tidied away are made again, the same', async t => {
  const dir = await cacheFolder(t)
  const world = worldOf(dir)
  const before = await filesOf(world)
  await rm(before[0]?.path ?? '')
  const after = await filesOf(world)
  assert.deepEqual(after, before)
  for (const file of after) assert.equal((await readFile(file.path)).length, file.bytes)
})

test('a new revision has other bytes and the same counts', async t => {
  const world = worldOf(await cacheFolder(t))
  const before = (await filesOf(world)).map(file => file.md5)
  const counted = cellOf(world.rowAt(0), 'base_count', world)
  world.change(accession, { revision: 1 })
  const after = (await filesOf(world)).map(file => file.md5)
  assert.equal(before.length, after.length)
  before.forEach((md5, at) => assert.notEqual(md5, after[at]))
  assert.equal(cellOf(world.rowAt(0), 'base_count', world), counted)
})

test('each shape makes its files', async t => {
  const dir = await cacheFolder(t)
  const names = async (shape: FileShape) => (await filesOf(worldOf(dir, shape))).map(file => file.name.slice(accession.length))
  assert.deepEqual(await names('orphan-first'), ['.fastq.gz', '_1.fastq.gz', '_2.fastq.gz'])
  assert.deepEqual(await names('single'), ['.fastq.gz'])
  assert.deepEqual(await names('subreads'), ['_subreads.fastq.gz'])
  assert.deepEqual(await names('none'), [])
})

const flaws: Record<ContentFlaw, (files: readonly ReadFile[]) => Promise<void>> = {
  'gzip-truncated': async ([file]) => {
    const content = await readFile(file?.path ?? '')
    assert.throws(() => gunzipSync(content), /unexpected end/)
  },
  'mates-unequal': async ([first, second]) => {
    assert.ok(first && second)
    assert.ok((await readsIn(second)).length < (await readsIn(first)).length)
  },
  'too-few-reads': async ([file]) => assert.equal(file && (await readsIn(file)).length, 12),
  'empty-gzip': async ([file]) => assert.equal(gunzipSync(await readFile(file?.path ?? '')).length, 0),
  'flat-qualities': async ([file]) => assert.equal(file && (await readsIn(file))[3], '?'.repeat(100)),
  'not-fastq': async ([file]) => assert.match((file && (await readsIn(file))[0]) ?? '', /^<!DOCTYPE html>/),
  'broken-fastq': async ([file]) => assert.equal(file && (await readsIn(file))[7]?.length, 50),
}

for (const [flaw, check] of Object.entries(flaws)) {
  test(`a file with the flaw ${flaw} has it, and its listed sum is right`, async t => {
    const files = await filesOf(worldOf(await cacheFolder(t), 'paired', flaw as ContentFlaw))
    await check(files)
    for (const file of files)
      assert.equal(
        createHash('md5')
          .update(await readFile(file.path))
          .digest('hex'),
        file.md5,
      )
  })
}
