import { Problem } from '../core/problem.ts'
import { partialFolderName } from './manifest.ts'
import { problemOfExit, type RsyncExit } from './rsync-exit.ts'
import type { RsyncSource } from './rsync-source.ts'
import { runRsync, type RsyncBounds } from './run-rsync.ts'

/** How rsync is started. */
export interface RsyncSettings {
  /** A name on the search path, or an absolute path. */
  command: string
  /** The PATH it gets; nothing else of our environment reaches it. */
  searchPath: string
  /** Ends a transfer in which nothing moves for so long. */
  timeoutSeconds: number
}

/** What suits a computer that was set up as usual. */
export const defaultRsync: RsyncSettings = {
  command: 'rsync',
  searchPath: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  timeoutSeconds: 120,
}

/** Files to copy: each by name, never a whole folder. */
export interface ListedCopy {
  from: RsyncSource
  /** An existing folder on this computer. */
  to: string
  /** Below both folders; as `requireSafePath` allows them. */
  paths: readonly string[]
  /** No file longer than this is copied, should one have grown since it was looked at. */
  largestBytes: number
  /** Kilobytes a second (of 1,024 bytes); undefined: as fast as it goes. */
  bandwidthKbytes?: number | undefined
  /** What it may do at most, where the other side is not ours. */
  bounds?: RsyncBounds | undefined
  /** A listed file that is not there is passed over. */
  ignoreMissing?: boolean
}

/** Turns an exit into the Problem it stands for; undefined when all went well. */
export type ExitReader = (exit: RsyncExit) => Problem | undefined

/**
 * Copies the listed files. Nothing half-copied ever stands under its final name, an interrupted copy goes on where it was, and what
 * is already there is compared by content, not by size and date. Nothing is removed. Every exit but 0 is thrown as a Problem.
 */
export async function copyListed(copy: ListedCopy, settings: RsyncSettings, readExit: ExitReader = problemOfExit): Promise<void> {
  const flags = [
    ...copy.from.flags,
    '--times',
    '--checksum',
    `--partial-dir=${partialFolderName}`,
    '--delay-updates',
    `--timeout=${settings.timeoutSeconds}`,
    '--no-devices',
    '--no-specials',
    '--no-owner',
    '--no-group',
    '--no-perms',
    '--chmod=D0700,F0600',
    `--max-size=${copy.largestBytes}`,
    // A listed name that has turned into a folder meanwhile is not descended into.
    '--no-recursive',
    '--files-from=-',
    '--from0',
    ...(copy.bandwidthKbytes === undefined ? [] : [`--bwlimit=${Math.max(1, Math.floor(copy.bandwidthKbytes))}k`]),
    ...(copy.ignoreMissing === true ? ['--ignore-missing-args'] : []),
  ]
  const args = [...flags, '--', copy.from.argument, `${copy.to}/`]
  const problem = readExit(await runRsync({ args, input: asList(copy.paths), bounds: copy.bounds }, settings))
  if (problem !== undefined) throw problem
}

/** What `--files-from=- --from0` reads. `./` because rsync 3.5 takes a listed name that begins with # or ; for a remark and passes it over with status 0. */
export function asList(paths: readonly string[]): string {
  return paths.map(path => `./${path}\0`).join('')
}

/** The version of the installed rsync, e.g. `3.2.7`. Refused when there is none or it is older than 3.2. */
export async function requireRsync(settings: RsyncSettings): Promise<string> {
  let said = ''
  const exit = await runRsync({ args: ['--version'], input: '', hear: text => (said += text) }, settings)
  const [, version, major, minor] = /version v?((\d+)\.(\d+)[.\w]*)/.exec(said) ?? []
  if (exit.status !== 0 || version === undefined)
    throw new Problem('refused', `${settings.command} --version does not answer as rsync does`)
  if (Number(major) * 1000 + Number(minor) < 3002) throw new Problem('refused', `rsync is ${version}; 3.2 or newer is needed`)
  return version
}
