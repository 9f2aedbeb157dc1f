import { readFile } from 'node:fs/promises'
import * as v from 'valibot'
import { wireVersion } from '../api/assignment.ts'
import { Problem } from '../core/problem.ts'
import { createFileOnce } from './atomic-file.ts'
import type { AgentConfig } from './config.ts'
import { machineId } from './machine-id.ts'

const machineSchema = v.object({ machineId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)), attemptId: v.string() })

/**
 * The machine's id. Where the provider has written `machine.json` (a droplet learns its id from its provider) that one holds; else it is
 * this program's own, and is written before anything else, so that whoever lists machines finds this one from its first moment.
 */
export async function claimMachine(config: AgentConfig): Promise<string> {
  const { boot, paths, machineName } = config
  const own = await machineId(process.pid)
  if (own === undefined) throw new Problem('bad-input', '/proc does not show this program; the agent needs Linux')
  const machine = { version: wireVersion, machineId: own, name: machineName, attemptId: boot.attemptId, pid: process.pid }
  if ((await createFileOnce(paths.machine, `${JSON.stringify(machine)}\n`)) === 'created') return own
  const parsed = v.safeParse(machineSchema, await readMachine(paths.machine))
  if (!parsed.success) throw new Problem('bad-input', `${paths.machine} is not what it should be: ${v.summarize(parsed.issues)}`)
  if (parsed.output.attemptId !== boot.attemptId) {
    throw new Problem('bad-input', `${paths.machine} is of attempt ${parsed.output.attemptId}, not ${boot.attemptId}`)
  }
  return parsed.output.machineId
}

async function readMachine(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (error) {
    throw new Problem('bad-input', `cannot read ${path}`, { cause: error })
  }
}
