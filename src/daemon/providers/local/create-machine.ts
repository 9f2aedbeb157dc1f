import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, statfs } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { wireVersion } from '../../../api/assignment.ts'
import { describeError, Problem } from '../../../core/problem.ts'
import type { BootPlan, Created } from '../provider.ts'
import { machineFiles, readMachineFolder } from './machine-folder.ts'
import type { MachineMaker } from './machine-maker.ts'
import { formatIdentity, readBootId } from './program-identity.ts'
import { removeMachineFolder } from './end-machine.ts'
import { parseStat } from './running-programs.ts'
import { seeMachines } from './see-machines.ts'
import { startAgent } from './start-agent.ts'

const lookMs = 10

/** Makes one machine, once in the life of its name: where its folder stands already, the answer is what is found there. */
export async function createMachine(maker: MachineMaker, name: string, boot: BootPlan): Promise<Created> {
  const folder = join(maker.workFolder, name)
  const before = await begin(maker, folder, boot)
  if (before !== 'made') return before === 'exists' ? waitForMachine(maker, name) : before
  maker.effect('local: machine folder made')
  let agent: ChildProcess
  try {
    const command = await fillFolder(maker, name, folder, boot)
    maker.effect('local: machine files written')
    const { attemptId } = boot
    agent = await startAgent({ name, folder, attemptId, createdAt: maker.clock(), command, environment: maker.environment })
  } catch (error) {
    // Nothing runs, so nothing needs to stay.
    await removeMachineFolder(folder)
    return notBegun(error)
  }
  maker.effect('local: agent started')
  return waitForMachine(maker, name, agent)
}

/** Whoever makes the folder makes the machine: of two creates of one name, one finds it there. */
async function begin(maker: MachineMaker, folder: string, boot: BootPlan): Promise<'made' | 'exists' | Created> {
  try {
    const freeBytes = await freeBytesOf(maker.workFolder)
    if (freeBytes < boot.diskBytes) {
      return { kind: 'no-capacity', why: `the work folder has ${freeBytes} bytes free, and ${boot.diskBytes} are asked for` }
    }
    await mkdir(folder, { mode: 0o700 })
    return 'made'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST' ? 'exists' : notBegun(error)
  }
}

/** Bytes that are free where the machines lie; the folder is made if it is not there. */
export async function freeBytesOf(workFolder: string): Promise<number> {
  await mkdir(workFolder, { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(workFolder)
  return bavail * bsize
}

async function fillFolder(maker: MachineMaker, name: string, folder: string, boot: BootPlan): Promise<string[]> {
  await writeFlushed(join(folder, machineFiles.creator), JSON.stringify({ version: 1, machineId: await ownIdentity() }))
  const { attemptId, token, serverUrl } = boot
  await writeFlushed(join(folder, machineFiles.assignment), JSON.stringify(boot.assignment))
  await writeFlushed(join(folder, machineFiles.boot), JSON.stringify({ version: wireVersion, attemptId, token, serverUrl, name }))
  const bundle = await maker.agentBundle()
  const agent = await readFile(bundle.path)
  if (createHash('sha256').update(agent).digest('hex') !== bundle.sha256) {
    throw new Problem('refused', `the agent's file ${bundle.path} is not the one that was built`)
  }
  const agentFile = join(folder, `agent${extname(basename(bundle.path))}`)
  await writeFlushed(agentFile, agent)
  await flush(folder)
  return [...maker.node, agentFile, folder]
}

/** A machine that shows within the time is created; one whose first program ended without a word never was; else nobody knows. */
async function waitForMachine(maker: MachineMaker, name: string, agent?: ChildProcess): Promise<Created> {
  const folder = join(maker.workFolder, name)
  for (let waitedMs = 0; waitedMs <= maker.bornSeconds * 1000; waitedMs += lookMs) {
    // Asked before the look: an agent that ends right after it has written its id was a machine.
    const ended = agent !== undefined && (agent.exitCode !== null || agent.signalCode !== null)
    const found = await readMachineFolder(maker.workFolder, name)
    if (typeof found?.machine === 'object') return seen(maker, name, folder)
    if (ended) return stillborn(folder)
    await sleep(lookMs)
  }
  return { kind: 'unknown', why: `no machine ${name} has shown itself within ${maker.bornSeconds} s` }
}

async function seen(maker: MachineMaker, name: string, folder: string): Promise<Created> {
  await flush(join(folder, machineFiles.machine))
  await flush(folder)
  maker.effect('local: machine seen')
  const machines = await seeMachines(maker.workFolder, maker.clock)
  const mine = machines.find(({ machine }) => machine.name === name)
  return mine === undefined
    ? { kind: 'unknown', why: `the machine ${name} went away at once` }
    : { kind: 'created', machine: mine.machine }
}

async function stillborn(folder: string): Promise<Created> {
  const said = await readFile(join(folder, machineFiles.output), 'utf8').catch(() => '')
  await removeMachineFolder(folder)
  return { kind: 'refused', why: `the machine's first program ended at once: ${said.trim().slice(-500)}` }
}

function notBegun(error: unknown): Created {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const why = describeError(error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return { kind: 'no-capacity', why }
  // No more programs or open files just now.
  if (code === 'EAGAIN' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM') return { kind: 'wait', why }
  return { kind: 'refused', why }
}

async function ownIdentity(): Promise<string> {
  const stat = parseStat(await readFile('/proc/self/stat', 'utf8'))
  return formatIdentity({ bootId: await readBootId(), pid: process.pid, startTicks: stat?.startTicks ?? '0' })
}

async function writeFlushed(path: string, content: string | Buffer): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
