import { mkdir, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Difference } from '../difference.ts'
import { manifestBytes, manifestName, mostManifestBytes, type Manifest } from '../manifest.ts'
import { requireBelow } from '../open-beneath.ts'
import { asList, copyListed } from '../rsync.ts'
import { runRsync } from '../run-rsync.ts'
import type { AttemptPlace } from '../collector.ts'
import { compareListing } from './compare-listing.ts'
import type { Library } from './library.ts'
import { listMachine } from './list-machine.ts'
import { resultFolder } from './machine-results.ts'
import { openLine, type SshLine } from './open-line.ts'
import type { ReachedMachine, Wanted } from './reach-machine.ts'
import { removeOverSsh } from './remove-over-ssh.ts'

/** Everything that one look brings, together: a hundred manifests of the longest kind would be a machine that lies. */
const mostLookBytes = 64_000_000
const mostFileBytes = mostManifestBytes
const lookSeconds = 300
/** A machine that sends more slowly than this, for hours, is let go; the next try goes on where it was. */
const leastBytesPerSecond = 20_000
const patienceSeconds = 900
/** A file that is sent anew is there twice for a moment. */
const slackBytes = 4_000_000

/** A machine behind ssh. Each call is a connection of its own, to the machine with this host key and to no other. */
export function reachOverSsh(library: Library, place: AttemptPlace, hostKey: string): ReachedMachine {
  const onLine = <T>(act: (line: SshLine) => Promise<T>): Promise<T> => openLine(library, place, hostKey, act)
  return {
    read: (paths, act) =>
      onLine(async line => {
        const mirror = join(line.scratch, 'mirror')
        await mkdir(mirror, { mode: 0o700 })
        await readInto(line, paths, mirror)
        return act(mirror)
      }),
    compare: (runAccession, manifest) => onLine(line => compareOverSsh(line, runAccession, manifest)),
    copy: wanted => onLine(line => copyOverSsh(library, line, wanted)),
    isWrongThere: (runAccession, files, arrived) =>
      onLine(async line => {
        const paths = files.map(file => file.path)
        const other = await otherThan(line, runAccession, arrived, paths)
        // What lies there is what has arrived, and that is not what the manifest says.
        return paths.some(path => !other.has(path))
      }),
    remove: (runAccession, copies) => onLine(line => removeOverSsh(library, line, runAccession, copies)),
  }
}

/**
 * One connection for all that a look reads. What is too long or no regular file is not brought; something that its reader refuses is put
 * in its place, for it must not pass for "not there".
 */
async function readInto(line: SshLine, paths: readonly string[], mirror: string): Promise<void> {
  for (const path of paths) requireBelow(path)
  let said = ''
  const exit = await runRsync(
    {
      args: [
        ...line.from('.').flags,
        ...['--no-recursive', '--no-perms', '--chmod=D0700,F0600'],
        ...['--ignore-missing-args', '--info=skip1,nonreg1', `--max-size=${mostFileBytes}`],
        ...[`--timeout=${line.rsync.timeoutSeconds}`, '--files-from=-', '--from0'],
        ...['--', line.from('.').argument, `${mirror}/`],
      ],
      input: asList(paths),
      bounds: {
        fileBytes: mostFileBytes,
        seconds: lookSeconds,
        folder: { path: mirror, mostBytes: mostLookBytes },
        lines: 10 * (paths.length + 100),
      },
      hear: text => (said += text),
    },
    line.rsync,
  )
  // 23 and 24: something could not be read; the rest is there, and each reader judges for itself.
  const isPartial = (exit.status === 23 || exit.status === 24) && !exit.complaint.includes('change_dir')
  const problem = isPartial ? undefined : line.problemOf(exit)
  if (problem !== undefined) throw problem
  for (const path of paths) if (isPassedOver(said, path)) await standIn(mirror, path)
}

function isPassedOver(said: string, path: string): boolean {
  return said.includes(`${path} is over max-size\n`) || said.includes(`skipping non-regular file "${path}"\n`)
}

/** A hole longer than any document: its reader says "too long" at one look. */
async function standIn(mirror: string, path: string): Promise<void> {
  await mkdir(dirname(join(mirror, path)), { recursive: true, mode: 0o700 })
  await writeFile(join(mirror, path), '')
  await truncate(join(mirror, path), mostFileBytes + 1)
}

async function compareOverSsh(line: SshLine, runAccession: string, manifest: Manifest): Promise<Difference[]> {
  const listed = await listMachine(line, resultFolder(runAccession), 'copied')
  return compareListing(
    listed.filter(entry => entry.path !== manifestName),
    manifest,
  )
}

async function copyOverSsh(library: Library, line: SshLine, { runAccession, manifest, to }: Wanted): Promise<void> {
  const largestBytes = Math.max(...manifest.map(file => file.bytes))
  const totalBytes = manifestBytes(manifest)
  const bandwidthKbytes = library.bandwidthKbytes()
  const slowest = Math.min(leastBytesPerSecond, ((bandwidthKbytes ?? Infinity) * 1024) / 2)
  await copyListed(
    {
      from: line.from(resultFolder(runAccession)),
      to,
      paths: manifest.map(file => file.path),
      largestBytes,
      bandwidthKbytes,
      bounds: {
        fileBytes: largestBytes,
        seconds: patienceSeconds + totalBytes / slowest,
        folder: { path: to, mostBytes: totalBytes + 2 * largestBytes + slackBytes },
        lines: 10 * (manifest.length + 100),
      },
    },
    line.rsync,
    exit => line.problemOf(exit),
  )
}

/** Which of the listed files on the machine are not byte for byte what lies in a folder of ours. Nothing is changed on either side. */
async function otherThan(line: SshLine, runAccession: string, folder: string, paths: readonly string[]): Promise<Set<string>> {
  let said = ''
  const from = line.from(resultFolder(runAccession))
  const exit = await runRsync(
    {
      args: [
        ...from.flags,
        ...['--dry-run', '--checksum', '--no-recursive', '--8-bit-output', '--out-format=%n'],
        ...[`--timeout=${line.rsync.timeoutSeconds}`, '--files-from=-', '--from0', '--', from.argument, `${folder}/`],
      ],
      input: asList(paths),
      bounds: { fileBytes: 0, seconds: line.hashingSeconds, lines: 10 * (paths.length + 100) },
      hear: text => (said += text),
    },
    line.rsync,
  )
  const problem = line.problemOf(exit)
  if (problem !== undefined) throw problem
  return new Set(said.split('\n'))
}
