import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import { problemOfExit, type RsyncExit } from '../rsync-exit.ts'
import { sshSource, type LinksThere, type RsyncSource } from '../rsync-source.ts'
import type { RsyncSettings } from '../rsync.ts'
import { hostKeyAlias, knownHostsLine, requireAddress } from '../ssh-command.ts'
import { problemOfSsh } from '../ssh-exit.ts'
import type { AttemptPlace } from '../collector.ts'
import type { Library } from './library.ts'

/** The way to one machine, open for one act. */
export interface SshLine {
  /** A private folder of ours that is gone when the act is over. */
  scratch: string
  rsync: RsyncSettings
  /** A folder on the machine, below the machine's folder. */
  from(folder: string, links?: LinksThere): RsyncSource
  /** What an exit stands for; undefined for 0. */
  problemOf(exit: RsyncExit): Problem | undefined
  /** How long the machine may take to read all of a run again. */
  hashingSeconds: number
}

const hashingSeconds = 6 * 3600
/** What the kernel takes, without the 17 letters that ssh puts behind it for a moment. */
const longestSocketBytes = 107 - 18

/** Lets `act` reach the machine. Its host key lies in a private folder meanwhile, which is removed afterwards. */
export async function openLine<T>(
  library: Library,
  place: AttemptPlace,
  hostKey: string,
  act: (line: SshLine) => Promise<T>,
): Promise<T> {
  const { ssh, rsync } = library
  if (ssh === undefined)
    throw new Problem('refused', `${place.address} is reached by ssh, and no identity file is set for the collector`)
  await access(ssh.identityFile, constants.R_OK).catch((error: unknown) => {
    throw new Problem('refused', `our own key cannot be used: ${ssh.identityFile} cannot be read`, { cause: error })
  })
  const alias = hostKeyAlias(place.attemptId)
  const address = requireAddress(place.address)
  const line = knownHostsLine(place.attemptId, hostKey)
  const scratch = await mkdtemp(join(library.scratchFolder, scratchPrefix(place.attemptId)))
  try {
    const knownHostsFile = join(scratch, 'known_hosts')
    await writeFile(knownHostsFile, line, { mode: 0o600 })
    const sharedThrough = await socketFor(library.scratchFolder, place.attemptId, JSON.stringify([ssh, address, hostKey]))
    const target = { attemptId: place.attemptId, knownHostsFile, sharedThrough }
    return await act({
      scratch,
      rsync,
      from: (folder, links = 'copied') => sshSource(ssh, target, { address, folder, links }),
      problemOf: exit => problemOfSsh(exit, { address, alias }) ?? problemOfExit(exit),
      hashingSeconds,
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * The socket of the connection that acts on one machine share: half of what a small run costs is greeting. Its name holds who is
 * reached how, so that no act ever gets to another machine by it. Undefined where the folder is not ours alone, or the path too long.
 */
async function socketFor(scratchFolder: string, attemptId: string, way: string): Promise<string | undefined> {
  const folder = join(scratchFolder, `${scratchPrefix(attemptId)}line`)
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
  const status = await lstat(folder)
  const isOurs = status.isDirectory() && status.uid === process.geteuid?.() && (status.mode & 0o077) === 0
  const socket = join(folder, createHash('sha256').update(way).digest('hex').slice(0, 8))
  return isOurs && Buffer.byteLength(socket) <= longestSocketBytes ? socket : undefined
}

/** Removes what a death left of lines to the machine of an ended attempt. */
export async function clearLines(scratchFolder: string, attemptId: string): Promise<void> {
  const prefix = scratchPrefix(attemptId)
  const names = (await readdir(scratchFolder)).filter(name => name.startsWith(prefix) && !name.slice(prefix.length).includes('-'))
  for (const name of names) await rm(join(scratchFolder, name), { recursive: true, force: true })
}

function scratchPrefix(attemptId: string): string {
  return `microfetch-${hostKeyAlias(attemptId)}-`
}
