import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type NamedReadFile, readFileNames } from '../read-file-names.ts'
import type { RunRow } from '../world/run-row.ts'
import type { ReadFile } from '../world/run-set.ts'
import { alterFoundFile } from './alter-found-file.ts'
import { makeReadFile } from './make-read-file.ts'
import { planReads } from './reads-plan.ts'

// Part of every cache key: to be raised when the writing of reads changes.
const writingVersion = 1

/** The files that a run lists, by name: those found in its folder, or those of its shape. */
export function listedFiles(row: RunRow): readonly NamedReadFile[] {
  if (row.set.found === undefined) return readFileNames(row.accession, row.shape)
  return row.shape === 'none' ? [] : row.set.found.files
}

/** Where made FASTQ files lie: each is made when it is first asked for, and kept in the cache folder under what decides its content. */
export class FileStore {
  private readonly dir: string
  private readonly made = new Map<string, readonly ReadFile[]>()
  private readonly making = new Map<string, Promise<readonly ReadFile[]>>()

  constructor(dir: string) {
    this.dir = dir
  }

  /** The files of a run if they have been made (or found) already. */
  known(row: RunRow): readonly ReadFile[] | undefined {
    if (row.shape === 'none') return []
    if (row.set.found !== undefined && isAsFound(row)) return row.set.found.files
    return this.made.get(keyOf(row))
  }

  /** The files of a run, made now if need be. */
  async filesOf(row: RunRow): Promise<readonly ReadFile[]> {
    const known = this.known(row)
    // Somebody may have tidied the cache away meanwhile; what was found in a folder is not ours to make again.
    if (known !== undefined && (isAsFound(row) || known.every(file => existsSync(file.path)))) return known
    const key = keyOf(row)
    const underWay = this.making.get(key)
    if (underWay !== undefined) return underWay
    const making = this.make(row, key).finally(() => this.making.delete(key))
    this.making.set(key, making)
    return making
  }

  private async make(row: RunRow, key: string): Promise<readonly ReadFile[]> {
    const folder = join(this.dir, key)
    const files = (await readList(folder)) ?? (await writeFiles(row, folder))
    this.made.set(key, files)
    return files
  }
}

function isAsFound(row: RunRow): boolean {
  return row.set.found !== undefined && row.change?.revision === undefined && row.change?.flaw === undefined
}

function keyOf(row: RunRow): string {
  const found = row.set.found?.files.map(file => file.md5)
  const plan = JSON.stringify([writingVersion, process.versions.zlib, planReads(row), found])
  return `${row.accession}-${createHash('sha256').update(plan).digest('hex').slice(0, 16)}`
}

async function writeFiles(row: RunRow, folder: string): Promise<ReadFile[]> {
  await mkdir(folder, { recursive: true })
  const files: ReadFile[] = []
  if (row.set.found !== undefined) {
    for (const file of row.set.found.files) files.push(await alterFoundFile(file, row.change ?? {}, join(folder, file.name)))
  } else {
    const plan = planReads(row)
    for (const file of readFileNames(row.accession, row.shape))
      files.push(await makeReadFile(plan, file, join(folder, file.name)))
  }
  // The list is written last, so where it stands the files do too.
  const list = join(folder, 'files.json')
  await writeFile(`${list}.making`, JSON.stringify(files))
  await rename(`${list}.making`, list)
  return files
}

async function readList(folder: string): Promise<ReadFile[] | undefined> {
  try {
    const listed = JSON.parse(await readFile(join(folder, 'files.json'), 'utf8')) as ReadFile[]
    const files = listed.map(file => ({ ...file, path: join(folder, file.name) }))
    return files.every(file => existsSync(file.path)) ? files : undefined
  } catch {
    return undefined
  }
}
