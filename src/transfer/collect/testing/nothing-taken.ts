import assert from 'node:assert/strict'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AttemptPlace, Collected } from '../../collector.ts'
import { shape, type LibraryAndMachines } from './library-and-machines.ts'

/** Everything beside library and machines, with sizes and times: what a hostile machine must not have touched. */
export async function outside(all: LibraryAndMachines): Promise<string[]> {
  const entries = await readdir(all.root, { recursive: true, withFileTypes: true })
  const paths = entries.map(entry => join(entry.parentPath, entry.name)).filter(path => !isTheirs(all, path))
  const told = await Promise.all(paths.map(async path => `${path} ${await lookOf(path)}`))
  return told.sort()
}

async function lookOf(path: string): Promise<string> {
  const status = await lstat(path)
  const { mode, size, mtimeMs, uid } = status
  return status.isDirectory() ? `${mode} ${uid}` : `${mode} ${uid} ${size} ${mtimeMs}`
}

function isTheirs(all: LibraryAndMachines, path: string): boolean {
  return [all.library, join(all.root, 'machines'), join(all.root, 'scratch')].some(
    folder => path === folder || path.startsWith(`${folder}/`),
  )
}

/**
 * What must be true after every attack on the collecting of a run: nothing is stored, nothing outside has changed, nothing lies in
 * `incoming` but in the attempt's own folder, no private folder is left, the log names the attempt, and no terminal is moved by what is said.
 */
export async function assertNothingTaken(
  all: LibraryAndMachines,
  place: AttemptPlace,
  collected: Collected,
  before: readonly string[],
): Promise<void> {
  assert.notEqual(collected.kind, 'proved', shape(collected))
  assert.deepEqual([await all.stored('runs'), await all.stored('by-taxon')], [{}, {}])
  assert.deepEqual(await outside(all), before)
  const incoming = await all.incoming()
  assert.deepEqual(
    incoming.filter(path => path !== place.attemptId && !path.startsWith(`${place.attemptId}/`)),
    [],
  )
  const inLibrary = (await readdir(all.library).catch(() => [])).filter(name => name !== '.library-bytes.json')
  assert.deepEqual(
    inLibrary.filter(name => name !== 'incoming'),
    [],
  )
  const scratch = await readdir(join(all.root, 'scratch'), { recursive: true }).catch(() => [])
  assert.deepEqual(
    scratch.filter(path => !path.endsWith('-line')),
    [],
  )
  const said = JSON.stringify([collected, all.warnings])
  assert.ok(
    all.warnings.some(({ fields }) => JSON.stringify(fields).includes(`"${place.attemptId}"`)),
    said,
  )
  assert.equal(/[\u0000-\u001f\u007f-\u009f]/.test(said), false, said)
  await assertPlainModes(all)
}

/** No file of the library is executable, set-uid or anything but a file or a folder; links are the library's own. */
export async function assertPlainModes(all: LibraryAndMachines): Promise<void> {
  const entries = await readdir(all.library, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    assert.ok(entry.isFile() || entry.isDirectory() || (entry.isSymbolicLink() && !path.includes('/incoming/')), path)
    if (entry.isFile()) assert.equal((await lstat(path)).mode & 0o7111, 0, path)
  }
}
