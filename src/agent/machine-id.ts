import { readFile } from 'node:fs/promises'

/** What `/proc/<pid>/stat` says of a program, as far as we use it. */
export interface ProcessStat {
  pid: number
  /** `R` running, `S` sleeping, `D` waiting for a disk, `Z` ended and not yet taken leave of, … */
  state: string
  parent: number
  group: number
  session: number
  /** Clock ticks from the start of the machine to the start of the program. */
  startTicks: string
}

/** Reads `/proc/<pid>/stat`. The program's name stands in brackets and may itself hold brackets and blanks. */
export function parseStat(text: string): ProcessStat | undefined {
  const nameEnds = text.lastIndexOf(')')
  const pid = Number.parseInt(text, 10)
  const fields = text.slice(nameEnds + 2).split(' ')
  // Fields are counted from 1 in proc(5); the first after the name is number 3, so the start time, number 22, is at 19.
  const [state, parent, group, session] = fields
  const startTicks = fields[19]
  if (nameEnds < 0 || !Number.isInteger(pid) || state === undefined || startTicks === undefined) return undefined
  return { pid, state, parent: Number(parent), group: Number(group), session: Number(session), startTicks }
}

/** A program on this computer, never mistaken for a later one with the same number: boot id, pid and start time. */
export function machineIdOf(bootId: string, pid: number, startTicks: string): string {
  return `${bootId.trim()}.${pid}.${startTicks}`
}

/** The id of the program with this pid as it is now; undefined when there is none. */
export async function machineId(pid: number): Promise<string | undefined> {
  try {
    const [bootId, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    const seen = parseStat(stat)
    return seen === undefined || seen.state === 'Z' ? undefined : machineIdOf(bootId, pid, seen.startTicks)
  } catch {
    return undefined
  }
}
