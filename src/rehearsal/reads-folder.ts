import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { ReadRole } from './read-file-names.ts'
import type { FileShape, ReadsFolder } from './scenario.ts'
import { hashText } from './seeded-chance.ts'
import type { FoundReads, ReadFile } from './world/run-set.ts'
import type { World } from './world/world.ts'

const filePattern = /^(.+?)(?:_([12]))?\.(?:fastq|fq)\.gz$/

/** Serves a folder's FASTQ files as runs of a taxon, one run for each name before `_1`, `_2` or `.fastq.gz`. Says their accessions. */
export async function addReadsFolder(world: World, folder: ReadsFolder): Promise<string[]> {
  if (world.taxonomy.find(folder.taxon) === undefined) {
    world.taxonomy.add({ id: folder.taxon, name: folder.name ?? `taxon ${folder.taxon}` })
  }
  const accessions: string[] = []
  for (const [name, files] of await filesByName(folder.dir)) {
    const accession = accessionOfName(name)
    const { found, shape, readBases } = await measure(accession, files)
    const cells = { run_alias: name, sample_alias: name, sample_title: name, library_name: name }
    const day = world.clock.now().toISOString().slice(0, 10)
    const group = { taxon: folder.taxon, accession, library: { shape, readBases }, cells, firstPublic: day, lastUpdated: day }
    accessions.push(...world.addRuns(group, { found }))
  }
  if (accessions.length === 0) throw new Error(`${folder.dir} holds no file named like reads_1.fastq.gz or reads.fastq.gz`)
  return accessions
}

/** A name that is a run accession stays; any other becomes ERR9 and seven digits that depend on the name only. */
export function accessionOfName(name: string): string {
  return /^[ESD]RR\d{6,}$/.test(name) ? name : `ERR9${String(hashText(name) % 10_000_000).padStart(7, '0')}`
}

async function filesByName(dir: string): Promise<Map<string, { path: string; mate: string }[]>> {
  const names = new Map<string, { path: string; mate: string }[]>()
  for (const entry of (await readdir(dir)).sort()) {
    const [, name, mate = ''] = filePattern.exec(entry) ?? []
    if (name === undefined) continue
    names.set(name, [...(names.get(name) ?? []), { path: resolve(join(dir, entry)), mate }])
  }
  return names
}

const roles: Record<string, ReadRole> = { '1': 'first', '2': 'second' }

async function measure(
  accession: string,
  files: readonly { path: string; mate: string }[],
): Promise<{ found: FoundReads; shape: FileShape; readBases: number }> {
  const measured: ReadFile[] = []
  let [spots, bases] = [0, 0]
  // A file without a mate's number comes first, as the archive lists orphans.
  for (const { path, mate } of [...files].sort((a, b) => a.mate.localeCompare(b.mate))) {
    const { bytes, md5, reads, readBases } = await measureFile(path)
    const role = roles[mate] ?? (files.length > 1 ? 'orphan' : 'single')
    measured.push({ name: `${accession}${mate === '' ? '' : `_${mate}`}.fastq.gz`, role, bytes, md5, path })
    bases += readBases
    if (role !== 'second') spots += reads
  }
  const shape: FileShape = files.length > 2 ? 'orphan-first' : files.length === 2 ? 'paired' : 'single'
  return {
    found: { files: measured, readCount: spots, baseCount: bases },
    shape,
    readBases: Math.max(1, Math.round(bases / Math.max(1, spots))),
  }
}

/** Bytes and MD5 of the file as it lies there, and the reads and bases inside. */
async function measureFile(path: string): Promise<{ bytes: number; md5: string; reads: number; readBases: number }> {
  const hash = createHash('md5')
  let bytes = 0
  const source = createReadStream(path)
  source.on('data', (chunk: string | Buffer) => {
    bytes += chunk.length
    hash.update(chunk)
  })
  let [line, lineBases, readBases] = [0, 0, 0]
  await pipeline(source, createGunzip(), async (text: AsyncIterable<Buffer>) => {
    for await (const chunk of text) {
      for (const code of chunk) {
        if (code === 10) {
          if (line % 4 === 1) readBases += lineBases
          line++
          lineBases = 0
        } else if (code !== 13) lineBases++
      }
    }
  })
  return { bytes, md5: hash.digest('hex'), reads: Math.floor(line / 4), readBases }
}
