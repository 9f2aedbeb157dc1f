import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { Problem } from '../../../core/problem.ts'

/** The files of a machine's folder that the provider writes or reads. */
export const machineFiles = {
  /** Whose program made the folder. */
  creator: 'creator.json',
  assignment: 'assignment.json',
  boot: 'boot.json',
  /** The machine's id; written by the machine itself, before any work. */
  machine: 'machine.json',
  /** What the agent says on its output streams. */
  output: 'agent.out',
  /** Put there by a person: this machine is to be left alone. */
  keep: 'mf-keep',
} as const

const namePattern = /^mf-[a-z0-9-]{1,60}$/

/** Whether a name is one that we give to machines; nothing else is ever listed or removed. */
export function isMachineName(name: string): boolean {
  return namePattern.test(name)
}

const machineSchema = v.object({
  version: v.literal(1),
  machineId: v.pipe(v.string(), v.regex(/^[0-9a-f-]{36}\.\d+\.\d+$/)),
  name: v.string(),
  attemptId: v.string(),
  /** Missing where the agent wrote the file itself. */
  createdAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
})

/** What a machine says of itself. */
export type MachineFile = v.InferOutput<typeof machineSchema>

/** One folder of the work folder that is a machine's. */
export interface MachineFolder {
  name: string
  path: string
  /** `unborn`: no machine has written its id there. `unreadable`: what stands there is not one. */
  machine: MachineFile | 'unborn' | 'unreadable'
  keep: boolean
  madeAt: Date
}

/** Every machine folder; none while the work folder does not exist. A `refused` when it cannot be read. */
export async function readMachineFolders(workFolder: string): Promise<MachineFolder[]> {
  const names = await readdir(workFolder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new Problem('refused', `the work folder ${workFolder} cannot be read`, { cause: error })
  })
  const folders = await Promise.all(names.filter(isMachineName).map(name => readMachineFolder(workFolder, name)))
  return folders.filter(folder => folder !== undefined)
}

/** One machine folder; undefined when there is none of this name. Links are not followed. */
export async function readMachineFolder(workFolder: string, name: string): Promise<MachineFolder | undefined> {
  const path = join(workFolder, name)
  const status = await lstat(path).catch(() => undefined)
  if (status?.isDirectory() !== true) return undefined
  const machine = await readMachineFile(path)
  const keep = await lstat(join(path, machineFiles.keep)).then(
    () => true,
    () => false,
  )
  return { name, path, machine, keep, madeAt: status.mtime }
}

async function readMachineFile(folder: string): Promise<MachineFolder['machine']> {
  let text: string
  try {
    text = await readFile(join(folder, machineFiles.machine), 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'unborn' : 'unreadable'
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), machineSchema), text)
  return parsed.success ? parsed.output : 'unreadable'
}
