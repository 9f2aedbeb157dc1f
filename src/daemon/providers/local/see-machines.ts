import { freeOfCharge } from '../../../core/cost.ts'
import { join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import type { Machine } from '../provider.ts'
import { isMachineName, readMachineFolders, type MachineFolder } from './machine-folder.ts'
import { formatIdentity, parseIdentity, readBootId } from './program-identity.ts'
import { programsOfMachine, type MachineIdentity } from './programs-of-machine.ts'
import { readPrograms, worksIn, type Program } from './running-programs.ts'

/** A machine as it is now, with what runs in it. */
export interface SeenMachine {
  machine: Machine
  identity: MachineIdentity
  programs: Program[]
  /** The leader, while it lives. */
  leader: Program | undefined
}

/** What stands in place of an id that cannot be read from its folder any more. */
const unreadablePrefix = 'unreadable.'

/**
 * Every machine of the work folder: those with a folder in which a machine has written its id, and those that still run although
 * somebody removed their folder.
 */
export async function seeMachines(workFolder: string, clock: Clock): Promise<SeenMachine[]> {
  const [folders, programs, bootId] = await Promise.all([readMachineFolders(workFolder), readPrograms(), readBootId()])
  const seen = [...identitiesOf(folders), ...withoutFolder(workFolder, folders, programs, bootId)]
  return Promise.all(seen.map(one => lookInto(one, programs, bootId, clock)))
}

/** The programs of one machine as they are now. */
export async function findPrograms(identity: MachineIdentity): Promise<{ programs: Program[]; leader: Program | undefined }> {
  const [programs, bootId] = await Promise.all([readPrograms(), readBootId()])
  return settleDoubts(identity, programs, bootId)
}

interface Known {
  machineId: string
  identity: MachineIdentity
  folder: MachineFolder | undefined
}

function identitiesOf(folders: MachineFolder[]): Known[] {
  return folders.flatMap(folder => {
    const { name, path, machine } = folder
    if (machine === 'unborn') return []
    const machineId = machine === 'unreadable' ? `${unreadablePrefix}${name}` : machine.machineId
    return [{ machineId, identity: { name, folder: path, leader: parseIdentity(machineId) }, folder }]
  })
}

/** Only programs that name their folder count here: others may be of another installation that chose the same name. */
function withoutFolder(workFolder: string, folders: MachineFolder[], programs: Program[], bootId: string): Known[] {
  const there = new Set(folders.map(folder => folder.path))
  const lost = programs.filter(({ machineName, machineFolder, state }) => {
    if (machineName === undefined || !isMachineName(machineName) || state === 'Z') return false
    return machineFolder === join(workFolder, machineName) && !there.has(machineFolder)
  })
  const names = new Set(lost.map(program => program.machineName ?? ''))
  return [...names].map(name => {
    const mine = lost.filter(program => program.machineName === name)
    // The one that leads the others, else the oldest.
    const first =
      mine.find(program => program.pid === program.session) ?? mine.sort((a, b) => Number(a.startTicks) - Number(b.startTicks))[0]
    const leader = { bootId, pid: first?.pid ?? 0, startTicks: first?.startTicks ?? '0' }
    return { machineId: formatIdentity(leader), identity: { name, folder: join(workFolder, name), leader }, folder: undefined }
  })
}

async function lookInto(known: Known, programs: Program[], bootId: string, clock: Clock): Promise<SeenMachine> {
  const found = await settleDoubts(known.identity, programs, bootId)
  const machine: Machine = {
    id: known.machineId,
    name: known.identity.name,
    status: found.programs.length > 0 ? 'active' : 'off',
    price: freeOfCharge,
    ...describeFolder(known.folder, clock),
  }
  return { machine, identity: known.identity, ...found }
}

function describeFolder(folder: MachineFolder | undefined, clock: Clock) {
  if (folder === undefined) return { attemptId: undefined, address: undefined, createdAt: clock(), keep: false }
  const { machine, path, madeAt, keep } = folder
  const known = typeof machine === 'object' ? machine : undefined
  return {
    attemptId: known?.attemptId,
    address: path,
    createdAt: known?.createdAt === undefined ? madeAt : new Date(known.createdAt),
    keep,
  }
}

async function settleDoubts(identity: MachineIdentity, all: Program[], bootId: string) {
  const { certain, doubtful, leader } = programsOfMachine(identity, all, bootId)
  const programs = [...certain]
  for (const program of doubtful) if (await worksIn(program.pid, identity.folder)) programs.push(program)
  return { programs, leader }
}
