import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** The list that closes a run's folder. */
export interface RunComplete {
  run: string
  files: { path: string; bytes: number; sha256: string }[]
}

/** Paths of the files below `folder`, sorted; fails when anything else than files and folders lies there. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const others = entries.filter(entry => !entry.isFile() && !entry.isDirectory())
  assert.deepEqual(
    others.map(entry => entry.name),
    [],
    'only real files are handed over',
  )
  return entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** Asserts that a run's folder holds exactly what its run-complete.json lists, with those sizes and hashes, and returns the paths. */
export function assertHandedOver(outdir: string, run: string): string[] {
  const folder = join(outdir, run)
  const complete = JSON.parse(readFileSync(join(folder, 'run-complete.json'), 'utf8')) as RunComplete
  assert.equal(complete.run, run)
  const listed = complete.files.map(file => file.path)
  assert.deepEqual([...listed, 'run-complete.json'].sort(), filesBelow(folder))
  for (const { path, bytes, sha256 } of complete.files) {
    const body = readFileSync(join(folder, path))
    assert.equal(body.length, bytes, path)
    assert.equal(createHash('sha256').update(body).digest('hex'), sha256, path)
  }
  return listed
}
