import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { machineFiles, readMachineFolders, type MachineFolder } from './machine-folder.ts'
import { parseIdentity, readBootId } from './program-identity.ts'
import { killPrograms, removeMachineFolder } from './end-machine.ts'
import { readPrograms, type Program } from './running-programs.ts'

const creatorSchema = v.pipe(v.string(), v.parseJson(), v.object({ machineId: v.string() }))

/**
 * Removes what creates left that died before any machine was born: folders without an id, whose maker is gone and in which nothing runs.
 * `making` are the folders that this very program is at work on. Gives the names it removed.
 */
export async function clearUnborn(workFolder: string, making: ReadonlySet<string>): Promise<string[]> {
  const unborn = (await readMachineFolders(workFolder)).filter(folder => folder.machine === 'unborn' && !making.has(folder.path))
  if (unborn.length === 0) return []
  const [programs, bootId] = await Promise.all([readPrograms(), readBootId()])
  const removed: string[] = []
  for (const folder of unborn) {
    if (await isBeingMade(folder, programs, bootId)) continue
    await removeMachineFolder(folder.path)
    // Should the first program have begun between our look and the removal, it has lost its folder.
    await killPrograms({ name: folder.name, folder: folder.path, leader: undefined })
    removed.push(folder.name)
  }
  return removed
}

async function isBeingMade(folder: MachineFolder, programs: Program[], bootId: string): Promise<boolean> {
  if (programs.some(program => program.machineName === folder.name && program.state !== 'Z')) return true
  const text = await readFile(join(folder.path, machineFiles.creator), 'utf8').catch(() => undefined)
  const creator = v.safeParse(creatorSchema, text)
  if (!creator.success) return false
  const maker = parseIdentity(creator.output.machineId)
  // Ourselves: what we are making is in `making`, so this one we have given up.
  if (maker === undefined || maker.bootId !== bootId || maker.pid === process.pid) return false
  return programs.some(program => program.pid === maker.pid && program.startTicks === maker.startTicks)
}
