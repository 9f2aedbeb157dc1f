import { spawn } from 'node:child_process'
import { Problem } from '../core/problem.ts'
import { hasCode } from './has-code.ts'
import { partialFolderName } from './manifest.ts'
import { problemOfExit, type RsyncExit } from './rsync-exit.ts'
import type { RsyncSource } from './rsync-source.ts'

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
}

const complaintBytes = 16_384

/**
 * Copies the listed files. Nothing half-copied ever stands under its final name, an interrupted copy goes on where it was, and what
 * is already there is compared by content, not by size and date. Nothing is removed. Every exit but 0 is thrown as a Problem.
 */
export async function copyListed(copy: ListedCopy, settings: RsyncSettings): Promise<void> {
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
  ]
  // `./` because rsync 3.5 takes a listed name that begins with # or ; for a remark and passes it over with status 0.
  const list = copy.paths.map(path => `./${path}\0`).join('')
  const exit = await runRsync([...flags, '--', copy.from.argument, `${copy.to}/`], settings, list)
  const problem = problemOfExit(exit)
  if (problem !== undefined) throw problem
}

/** The version of the installed rsync, e.g. `3.2.7`. Refused when there is none or it is older than 3.2. */
export async function requireRsync(settings: RsyncSettings): Promise<string> {
  let said = ''
  const exit = await runRsync(['--version'], settings, '', text => (said += text))
  const [, version, major, minor] = /version v?((\d+)\.(\d+)[.\w]*)/.exec(said) ?? []
  if (exit.status !== 0 || version === undefined)
    throw new Problem('refused', `${settings.command} --version does not answer as rsync does`)
  if (Number(major) * 1000 + Number(minor) < 3002) throw new Problem('refused', `rsync is ${version}; 3.2 or newer is needed`)
  return version
}

function runRsync(args: string[], settings: RsyncSettings, input: string, hear?: (text: string) => void): Promise<RsyncExit> {
  return new Promise((resolve, reject) => {
    const child = spawn(settings.command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: settings.searchPath, LC_ALL: 'C' },
    })
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-complaintBytes)))
    child.stdout.setEncoding('utf8').on('data', (text: string) => hear?.(text))
    // An rsync that ends early closes its input; how it ended says more than the broken pipe.
    child.stdin.on('error', () => undefined)
    child.on('error', error => {
      const missing = hasCode(error, 'ENOENT', 'EACCES')
      reject(new Problem(missing ? 'refused' : 'no-capacity', `${settings.command} cannot be started`, { cause: error }))
    })
    child.on('close', (status, signal) => resolve({ status, signal, complaint }))
    child.stdin.end(input)
  })
}
