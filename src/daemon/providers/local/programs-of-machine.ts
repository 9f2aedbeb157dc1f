import type { ProgramIdentity } from './program-identity.ts'
import type { Program } from './running-programs.ts'

/** Who is asked about: a machine, and the program that led it. */
export interface MachineIdentity {
  name: string
  folder: string
  /** Undefined when it cannot be read any more. */
  leader: ProgramIdentity | undefined
}

/** Programs that belong to a machine. */
export interface ProgramsFound {
  /** Each carries the machine's marker, is in the group or session that its leader leads, or descends from one of those. */
  certain: Program[]
  /**
   * In a group of the leader's number, but the leader is gone and they carry no marker: they are ours only if something else, such as
   * the folder they work in, says so. (While a group has members its number is not given away, but the group may have emptied before.)
   */
  doubtful: Program[]
  /** The leader, while it lives. */
  leader: Program | undefined
}

/** Which of the running programs belong to a machine. Pure; `bootId` names this start of the computer. */
export function programsOfMachine(machine: MachineIdentity, programs: readonly Program[], bootId: string): ProgramsFound {
  const number = machine.leader?.bootId === bootId ? machine.leader.pid : undefined
  const atNumber = programs.find(program => program.pid === number)
  const leader = atNumber !== undefined && leads(machine, atNumber) ? atNumber : undefined
  const inGroup = (program: Program) => number !== undefined && (program.group === number || program.session === number)
  const alive = programs.filter(isAlive)
  const certain = withDescendants(
    alive.filter(program => carriesMarker(machine, program) || (leader !== undefined && inGroup(program))),
    alive,
  )
  const doubtful = atNumber === undefined ? alive.filter(program => inGroup(program) && !certain.includes(program)) : []
  return { certain, doubtful, leader: leader !== undefined && isAlive(leader) ? leader : undefined }
}

function isAlive(program: Program): boolean {
  return program.state !== 'Z' && program.state !== 'X'
}

/** The right number is not enough: numbers are given again, and the machine's folder may have been written by anybody. */
function leads(machine: MachineIdentity, program: Program): boolean {
  if (program.startTicks !== machine.leader?.startTicks) return false
  // One that has ended shows no environment any more.
  return !isAlive(program) || carriesMarker(machine, program)
}

function carriesMarker(machine: MachineIdentity, program: Program): boolean {
  if (program.machineName !== machine.name) return false
  return program.machineFolder === undefined || program.machineFolder === machine.folder
}

function withDescendants(found: Program[], alive: readonly Program[]): Program[] {
  const pids = new Set(found.map(program => program.pid))
  for (let before = -1; before < pids.size;) {
    before = pids.size
    for (const program of alive) if (pids.has(program.parent)) pids.add(program.pid)
  }
  return alive.filter(program => pids.has(program.pid))
}
