import { spawn } from 'node:child_process'
import { accessSync, appendFileSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { folderPaths } from './folder-paths.ts'
import { plainLine } from './plain-text.ts'

/*
 * The only thing that a collector's key may do on a machine: the far half of an rsync that reads below the machine's folder. It is the
 * forced command of that key, so what the collector wanted to start comes as one text in SSH_ORIGINAL_COMMAND. No shell sees it.
 */

/** What a shell says of a command that may not be started; rsync passes it on. */
const refusedStatus = 126
const mostLogBytes = 1_000_000
const searchPath = '/usr/local/bin:/usr/bin:/bin'

const reader = 'rsync --server --sender'
/** Flags of one letter that change nothing but what is told of files and how: never where they come from. */
const letters = /^-(?=.)[nvqtcrRlLdpogDixzI8]*(e[0-9]*\.[A-Za-z]*)?$/
/** Flags of a word that a collector sends; each is harmless on the side that reads. */
const words: readonly RegExp[] = [
  /^--(no-)?(relative|implied-dirs|specials|devices|msgs2stderr|links|recursive|r|R|l|perms|times|owner|group)$/,
  /^--(copy-links|from0|ignore-missing-args|remove-source-files|list-only|dirs|numeric-ids|stats|delay-updates|partial)$/,
  /^--(timeout|max-size|min-size|bwlimit|checksum-seed)=\d{1,15}[kmg]?$/i,
  /^--(checksum-choice|compress-choice)=[a-z0-9,-]{1,40}$/,
  /^--(info|debug|log-format|out-format)=[%a-z0-9,]{1,80}$/i,
  /^--partial-dir=\.rsync-partial$/,
  // From the collector's own input, and from no file here.
  /^--files-from=-$/,
]
/** What may be read, below the machine's folder: results, the standing, logs. Of the folder itself only what is listed by name. */
const places: readonly RegExp[] = [
  /^\.?\/?$/,
  /^(\.\/)?results(\/(DONE\.json|[A-Za-z0-9]{1,32}\/?)?)?$/,
  /^(\.\/)?(standing\.json|(agent|pipeline|boot)\.log(\.1)?)$/,
]

/** What a collector asked for. */
export type Request = { kind: 'granted'; args: string[] } | { kind: 'refused'; why: string }

/** Reads the command that a collector wanted to start. Granted is only what our own collector sends, word by word. */
export function readRequest(command: string | undefined): Request {
  if (command === undefined || command === '') return refused('there is no command: this key opens no shell')
  // rsync puts a backslash before what a shell would read; no path or flag of ours needs one.
  if (command.length > 4000 || !/^[A-Za-z0-9 %,./=_-]+$/.test(command)) return refused('letters that no request needs')
  if (!command.startsWith(`${reader} `)) return refused('only rsync that reads is granted here')
  const args = command.slice(reader.length + 1).split(' ')
  const dot = args.indexOf('.')
  const [place, ...more] = args.slice(dot + 1)
  if (dot < 0 || place === undefined || more.length > 0) return refused('one place is asked for at a time')
  const flags = args.slice(0, dot)
  const flag = flags.find(each => !isHarmless(each))
  return flag === undefined ? readPlace(place, flags) : refused(`the flag ${flag}`)
}

function readPlace(place: string, flags: string[]): Request {
  if (!places.some(known => known.test(place))) return refused(`the place ${place}`)
  const isTop = /^\.?\/?$/.test(place)
  // The whole folder is never walked through: what is wanted of it must be listed.
  if (isTop && !flags.includes('--files-from=-')) return refused('the whole folder')
  return { kind: 'granted', args: ['--server', '--sender', ...flags, '.', isTop ? './' : place] }
}

function isHarmless(flag: string): boolean {
  return letters.test(flag) || words.some(word => word.test(flag))
}

function refused(why: string): Request {
  return { kind: 'refused', why }
}

/**
 * Serves one connection of a collector: starts the rsync it asked for, in `folder`, and gives its exit status; 126 when it is refused,
 * which is written to `door.log` there.
 */
export async function openDoor(folder: string | undefined, command: string | undefined): Promise<number> {
  if (folder === undefined) throw new Problem('bad-input', 'usage: node agent.mjs door FOLDER')
  const request = canReadSecrets(folder)
    ? refused('the token could be read by this user: the folder is not set up as it should be')
    : readRequest(command)
  if (request.kind === 'refused') {
    const line = plainLine(`refused: ${request.why}; asked: ${command ?? ''}`, 1000)
    logRefusal(join(folder, 'door.log'), `${new Date().toISOString()} ${line}\n`)
    process.stderr.write(`door: ${plainLine(request.why, 200)} is not allowed\n`)
    return refusedStatus
  }
  return startRsync(folder, request.args)
}

function canReadSecrets(folder: string): boolean {
  try {
    accessSync(folderPaths(folder).boot, constants.R_OK)
    return true
  } catch {
    return false
  }
}

function startRsync(folder: string, args: string[]): Promise<number> {
  const child = spawn('rsync', args, { cwd: folder, stdio: 'inherit', env: { PATH: searchPath, LC_ALL: 'C' } })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => child.kill(signal))
  return new Promise(resolve => {
    child.once('error', error => {
      process.stderr.write(`door: rsync cannot be started: ${error.message}\n`)
      resolve(127)
    })
    child.once('exit', (status, signal) => resolve(status ?? (signal === 'SIGKILL' ? 137 : 143)))
  })
}

function logRefusal(path: string, line: string): void {
  try {
    // Made by whoever set up the machine; this user can only add to it.
    if (statSync(path).size < mostLogBytes) appendFileSync(path, line)
  } catch {
    // Nothing to write to: the refusal stands all the same.
  }
}
