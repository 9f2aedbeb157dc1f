import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { formatManifest, manifestName, mostManifestBytes, parseManifest } from '../manifest.ts'
import { readSmallFile } from '../read-small-file.ts'
import { asList } from '../rsync.ts'
import { runRsync } from '../run-rsync.ts'
import type { Removed } from '../collector.ts'
import type { Library } from './library.ts'
import { listMachine } from './list-machine.ts'
import { resultFolder } from './machine-results.ts'
import type { SshLine } from './open-line.ts'
import { stillHolds, type StoredCopy } from './stored-copies.ts'

/*
 * The second pass over ssh. rsync alone, told to remove what is the same, would copy a source that has changed over the proved copy and
 * remove it then. So it is given the library only to compare with (`--compare-dest`), an empty folder to write to, and a kernel that lets
 * it write not one byte: a file goes when its checksum is that of a file of ours read again just now, and what is anything else cannot
 * be received, hence never counts as received, hence stays.
 */

/** Removes from a machine behind ssh the files of a run that lie in the library byte for byte; empty folders stay there. */
export async function removeOverSsh(
  library: Library,
  line: SshLine,
  runAccession: string,
  copies: readonly StoredCopy[],
): Promise<Removed> {
  const folder = resultFolder(runAccession)
  if (copies.length === 0) {
    const there = await filesIn(line, folder)
    return there.length === 0 ? { kind: 'removed' } : { kind: 'left', why: `no receipt of ${runAccession} lies in the library` }
  }
  const left = await removeFiles(line, folder, copies)
  library.effect('collector: sources removed')
  const other = left.find(path => path !== manifestName)
  if (other !== undefined) return { kind: 'left', why: `not in the library: ${JSON.stringify(other)} of ${runAccession}` }
  const isGone = left.length === 0 || (await removeManifest(line, folder, copies))
  library.effect('collector: source folder removed')
  if (isGone) return { kind: 'removed' }
  return { kind: 'left', why: `the manifest of ${runAccession} on the machine is not the one that was proved` }
}

/** Removes what each copy holds; what is left when it is over, by path. */
async function removeFiles(line: SshLine, folder: string, copies: readonly StoredCopy[]): Promise<string[]> {
  let left: string[] = []
  for (const copy of copies) {
    const held: { path: string; bytes: number }[] = []
    for (const file of copy.manifest) if (await stillHolds(copy.folder, file)) held.push(file)
    const paths = (isEmpty: boolean) => held.filter(file => (file.bytes === 0) === isEmpty).map(file => file.path)
    // A source that was emptied is no longer what we have, though nothing would have to be received.
    await removeSame(line, folder, copy, paths(false), '--min-size=1')
    await removeSame(line, folder, copy, paths(true), '--max-size=0')
    left = await filesIn(line, folder)
    if (left.every(path => path === manifestName)) break
  }
  return left
}

async function removeManifest(line: SshLine, folder: string, copies: readonly StoredCopy[]): Promise<boolean> {
  for (const copy of copies) {
    const text = await readSmallFile(copy.folder, manifestName, mostManifestBytes).catch(() => undefined)
    // Ours must still be the one that the receipt was written for.
    if (text === undefined || formatManifest(parseManifest(text)) !== formatManifest(copy.manifest)) continue
    if (await removeSame(line, folder, copy, [manifestName], '--min-size=0')) return true
  }
  return false
}

/** Removes the listed files that are what this copy holds. False when some was not. */
async function removeSame(line: SshLine, folder: string, copy: StoredCopy, paths: string[], only: string): Promise<boolean> {
  if (paths.length === 0) return true
  const scratch = join(line.scratch, 'nothing')
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  const from = line.from(folder)
  const exit = await runRsync(
    {
      args: [
        ...from.flags,
        ...['--checksum', '--remove-source-files', '--no-recursive', '--no-perms', '--no-times', '--ignore-missing-args', only],
        ...[`--compare-dest=${copy.folder}/`, `--timeout=${line.rsync.timeoutSeconds}`, '--files-from=-', '--from0'],
        ...['--', from.argument, `${scratch}/`],
      ],
      input: asList(paths),
      bounds: { fileBytes: 0, seconds: line.hashingSeconds, lines: 10 * (paths.length + 100) },
    },
    line.rsync,
  )
  const problem = line.problemOf(exit)
  // The line itself must hold; that something was not taken shows in what is left.
  if (problem !== undefined && (problem.code === 'refused' || exit.status === 255)) throw problem
  return problem === undefined
}

async function filesIn(line: SshLine, folder: string): Promise<string[]> {
  return (await listMachine(line, folder, 'told')).filter(entry => entry.kind !== 'folder').map(entry => entry.path)
}
