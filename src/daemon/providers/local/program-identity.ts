import { readFile } from 'node:fs/promises'

/** A program on this computer, never mistaken for a later one that got the same number. */
export interface ProgramIdentity {
  /** Names this start of the computer. */
  bootId: string
  pid: number
  /** Clock ticks from the start of the computer to the start of the program: field 22 of `/proc/<pid>/stat`. */
  startTicks: string
}

const idPattern = /^([0-9a-f-]{36})\.([1-9]\d{0,9})\.(\d{1,20})$/

/** The machine id of a program that leads a local machine: `bootId.pid.startTicks`. */
export function formatIdentity({ bootId, pid, startTicks }: ProgramIdentity): string {
  return `${bootId}.${pid}.${startTicks}`
}

/** Reads a machine id; undefined when it is not one of a local machine. */
export function parseIdentity(machineId: string): ProgramIdentity | undefined {
  const [, bootId, pid, startTicks] = idPattern.exec(machineId) ?? []
  if (bootId === undefined || pid === undefined || startTicks === undefined) return undefined
  return { bootId, pid: Number(pid), startTicks }
}

/** The id of this start of the computer. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}
