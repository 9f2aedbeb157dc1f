import { Problem } from '../../core/problem.ts'
import { runRsync } from '../run-rsync.ts'
import type { LinksThere } from '../rsync-source.ts'
import type { SshLine } from './open-line.ts'

/** What a machine says lies at one path. */
export interface ListedEntry {
  /** Below the listed folder, as rsync writes it: control characters as `\#ooo`. */
  path: string
  kind: 'file' | 'folder' | 'other'
  bytes: number
}

/** More than twice what a manifest may list, folders and all. */
const mostLines = 30_000
const listSeconds = 600
const linePattern = /^([-dlcbpsD?])\S{9}\S?\s+(\d+) \S+ \S+ (.+)$/

/**
 * Everything below a folder of the machine, as it says; nothing when there is no such folder. Far too many entries are a
 * `broken-answer`.
 */
export async function listMachine(line: SshLine, folder: string, links: LinksThere): Promise<ListedEntry[]> {
  let said = ''
  const from = line.from(folder, links)
  const exit = await runRsync(
    {
      args: [
        ...from.flags,
        ...['--list-only', '--recursive', '--no-human-readable', '--8-bit-output', `--timeout=${line.rsync.timeoutSeconds}`],
        ...['--', from.argument],
      ],
      input: '',
      bounds: { fileBytes: 0, seconds: listSeconds, lines: mostLines },
      hear: text => (said += text),
    },
    line.rsync,
  )
  if (isMissing(exit.status, exit.complaint, said)) return []
  const problem = line.problemOf(exit)
  if (problem !== undefined) throw problem
  return said.split('\n').flatMap(readLine)
}

/** rsync says of a folder that is not there what it says of one that it may not read: 23; nothing at all was listed then. */
function isMissing(status: number | null, complaint: string, said: string): boolean {
  return status === 23 && said === '' && complaint.includes('No such file or directory')
}

function readLine(text: string): ListedEntry[] {
  if (text === '') return []
  const [, letter, bytes, path] = linePattern.exec(text) ?? []
  if (path === undefined) throw new Problem('broken-answer', `the machine lists ${JSON.stringify(text.slice(0, 120))}`)
  if (path === '.') return []
  return [{ path, bytes: Number(bytes), kind: letter === '-' ? 'file' : letter === 'd' ? 'folder' : 'other' }]
}
