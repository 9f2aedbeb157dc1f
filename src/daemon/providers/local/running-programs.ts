import { readdirSync, readFileSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'

/** In the environment of everything that a local machine starts; its value is the machine's name. */
export const machineMarker = 'MICROFETCH_MACHINE'
/** In the environment of its agent besides; its value is the machine's folder, should two installations choose the same name. */
export const folderMarker = 'MICROFETCH_MACHINE_FOLDER'

/** What `/proc` shows of a program that runs, or has ended and is not yet taken leave of. */
export interface Program {
  pid: number
  /** `Z` and `X` have ended. */
  state: string
  parent: number
  group: number
  session: number
  startTicks: string
  /** Values of the two markers; undefined where there is none, or where we may not look. */
  machineName: string | undefined
  machineFolder: string | undefined
}

type Stat = Omit<Program, 'machineName' | 'machineFolder'>

const looksAtOnce = 100

/**
 * Every program on this computer, as it is now; one that ends meanwhile is left out. Read without waiting, in slices that let others
 * have their turn: files in /proc come from memory, and a promise for each costs ten times the reading.
 */
export async function readPrograms(): Promise<Program[]> {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const programs: Program[] = []
  for (let begin = 0; begin < pids.length; begin += looksAtOnce) {
    const looked = pids.slice(begin, begin + looksAtOnce).map(readProgram)
    programs.push(...looked.filter(program => program !== undefined))
    await setImmediate()
  }
  return programs
}

function readProgram(pid: string): Program | undefined {
  const stat = parseStat(readOrEmpty(`/proc/${pid}/stat`))
  if (stat === undefined) return undefined
  // The kernel's own threads (children of 2) have no environment; other people's programs do not show theirs.
  const environment = stat.parent === 2 ? '' : readOrEmpty(`/proc/${pid}/environ`)
  return { ...stat, machineName: valueOf(environment, machineMarker), machineFolder: valueOf(environment, folderMarker) }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function valueOf(environment: string, name: string): string | undefined {
  return environment
    .split('\0')
    .find(entry => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

/** Reads `/proc/<pid>/stat`. The program's name stands in brackets, and may itself hold brackets and blanks. */
export function parseStat(text: string): Stat | undefined {
  const nameEnds = text.lastIndexOf(')')
  const pid = Number.parseInt(text, 10)
  // The first field after the name is number 3, so the start time, number 22, is at 19.
  const fields = text.slice(nameEnds + 2).split(' ')
  const [state, parent, group, session] = fields
  const startTicks = fields[19]
  if (nameEnds < 0 || !Number.isInteger(pid) || state === undefined || startTicks === undefined) return undefined
  return { pid, state, parent: Number(parent), group: Number(group), session: Number(session), startTicks }
}

/** Whether a program works in a folder or below it, also when that folder is gone by now. */
export async function worksIn(pid: number, folder: string): Promise<boolean> {
  const at = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  return at === folder || at === `${folder} (deleted)` || at.startsWith(`${folder}/`)
}

/** Sends a signal to exactly this program: not to a later one that got its number. False when it is gone or may not be signalled. */
export function signalProgram(program: Pick<Program, 'pid' | 'startTicks'>, signal: 'SIGKILL' | 'SIGSTOP'): boolean {
  try {
    // Nothing else of ours runs between this look and the signal.
    if (parseStat(readFileSync(`/proc/${program.pid}/stat`, 'utf8'))?.startTicks !== program.startTicks) return false
    return process.kill(program.pid, signal)
  } catch {
    return false
  }
}
