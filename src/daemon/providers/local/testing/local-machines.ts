import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { noEffectPoint, type EffectPoint } from '../../../../core/effect-point.ts'
import type { Created, Machine, Provider } from '../../provider.ts'
import { localProvider, type LocalProviderOptions } from '../local-provider.ts'
import { isMachineName } from '../machine-folder.ts'
import { parseIdentity } from '../program-identity.ts'
import { readPrograms } from '../running-programs.ts'

/** An agent that does nothing but live. */
export const idleAgent = 'exec sleep 1000'

const mostLooks = 500

/** A work folder of its own with a provider over it, and an agent that is a shell script of ours. */
export class LocalMachines {
  readonly workFolder: string
  readonly script: string
  readonly provider: Provider

  private constructor(workFolder: string, script: string, changes: Partial<LocalProviderOptions>) {
    this.workFolder = workFolder
    this.script = script
    this.provider = localProvider({ ...localOptions(workFolder, script, noEffectPoint), ...changes })
  }

  static async open(agent = idleAgent, changes: Partial<LocalProviderOptions> = {}): Promise<LocalMachines> {
    const folder = await mkdtemp(join(tmpdir(), 'mf-local-'))
    const script = join(folder, 'agent.sh')
    await writeFile(script, `${agent}\n`)
    return new LocalMachines(join(folder, 'workers'), script, changes)
  }

  /** Creates one and fails unless it was created. */
  async created(name = newName()): Promise<Machine & { address: string }> {
    return machineOf(await this.provider.create(name, aBoot(name)))
  }

  /** Waits until a file in a machine's folder holds something, and gives it. */
  async waitForFile(machine: Machine, name: string): Promise<string> {
    return eventually(`${name} of ${machine.name}`, async () => {
      const text = await readFile(join(machine.address ?? '', name), 'utf8').catch(() => '')
      return text.endsWith('\n') ? text.trim() : undefined
    })
  }

  /** Kills the leader of a machine and nothing else, as the kernel does when memory runs out. */
  async killLeader(machine: Machine): Promise<void> {
    const leader = parseIdentity(machine.id)
    if (leader === undefined) throw new Error(`${machine.id} is no machine id`)
    process.kill(leader.pid, 'SIGKILL')
    await eventually('the leader to end', async () => ((await isAlive(leader.pid)) ? undefined : true))
  }

  /** Names of the machine folders that lie in the work folder. */
  async folders(): Promise<string[]> {
    return (await readdir(this.workFolder).catch(() => [])).filter(isMachineName)
  }

  /** Everything on this computer that says it is of a machine in this work folder. */
  async livingPrograms(): Promise<number[]> {
    const programs = await readPrograms()
    const mine = programs.filter(
      ({ machineFolder, state }) => machineFolder?.startsWith(`${this.workFolder}/`) === true && state !== 'Z',
    )
    return mine.map(program => program.pid)
  }

  async destroyed(machineId: string): Promise<void> {
    await eventually(`the end of ${machineId}`, async () =>
      (await this.provider.destroy(machineId)) === 'gone' ? true : undefined,
    )
  }

  async close(): Promise<void> {
    for (const machine of await this.provider.list()) await this.destroyed(machine.id)
    await rm(join(this.workFolder, '..'), { recursive: true, force: true })
  }
}

/** What makes local machines of a script. */
export function localOptions(workFolder: string, script: string, effect: EffectPoint): LocalProviderOptions {
  return {
    workFolder,
    agentBundle: async () => ({
      path: script,
      sha256: createHash('sha256')
        .update(await readFile(script))
        .digest('hex'),
    }),
    node: ['/bin/sh'],
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent' },
    clock: () => new Date(),
    effect,
    log: { say: () => undefined, warn: () => undefined },
  }
}

/** A boot plan for the attempt that a machine's name holds. */
export function aBoot(name: string) {
  const attemptId = name.slice('mf-'.length)
  return {
    attemptId,
    token: 'a'.repeat(64),
    serverUrl: undefined,
    memoryGb: 1,
    diskBytes: 1,
    quote: undefined,
    hostKey: undefined,
    expiresAt: new Date('2030-01-01T00:00:00Z'),
    assignment: anAssignment(attemptId),
  }
}

/** A name that no other test has: machines are known by it on the whole computer. */
export function newName(): string {
  return `mf-${randomBytes(6).toString('hex')}`
}

/** The machine of a create that went well; anything else fails. */
export function machineOf(created: Created): Machine & { address: string } {
  if (created.kind !== 'created') throw new Error(`not created but ${created.kind}: ${created.why}`)
  const { machine } = created
  if (machine.address === undefined) throw new Error('a machine without an address')
  return { ...machine, address: machine.address }
}

/** Looks again and again until there is an answer. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let looks = 0; looks < mostLooks; looks++) {
    const answer = await look()
    if (answer !== undefined) return answer
    await sleep(10)
  }
  throw new Error(`waited in vain for ${what}`)
}

/** Whether a program with this number is there and has not ended. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

function anAssignment(attemptId: string) {
  const recipe = {
    name: 'fetch',
    project: '/nowhere',
    revision: '',
    identity: '0123456789abcdef',
    profile: 'local',
    params: {},
    samplesheet: { delimiter: ',' as const, lines: 'file' as const, columns: {} },
    outputs: [],
    exitCodes: {},
  }
  const limits = { memoryGb: 1, cpus: 1, beatSeconds: 1, deadlineSeconds: 60, stallSeconds: 60 }
  return { version: 1, attemptId, batchName: 'a-batch', recipe, runs: [], nextflow: ['true'], ...limits, environment: {} }
}
