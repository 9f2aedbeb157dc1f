import type { Assignment } from '../../src/api/assignment.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { openBatchStates } from '../../src/daemon/ledger/batches.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { noteRound } from '../../src/daemon/ledger/grace.ts'
import { digitaloceanProvider } from '../../src/daemon/providers/digitalocean/digitalocean-provider.ts'
import type { BootPlan } from '../../src/daemon/providers/provider.ts'
import { fullToken } from '../../src/rehearsal/cloud/cloud-settings.ts'
import type { DropletSpec } from '../../src/rehearsal/cloud/droplet-hosts.ts'
import { noHosts } from '../../src/rehearsal/cloud/no-hosts.ts'
import { openCloud, type CloudOptions, type OpenCloud } from '../../src/rehearsal/cloud/open-cloud.ts'
import type { Timing } from '../../src/daemon/fetch/timing.ts'
import { stepAgents } from '../histories/agents.ts'
import { findBadEndings, watchDestruction } from '../histories/bad-endings.ts'
import { emptyLedger } from '../histories/empty-ledger.ts'
import { noFaults } from '../histories/faults.ts'
import { resolveEverything } from '../histories/people.ts'
import { applyOne, planOf } from '../histories/pass-on.ts'
import { seedOneTaxon } from '../histories/seed-ledger.ts'
import { workStages } from '../histories/work-stages.ts'
import { World, type SimMachine } from '../histories/world.ts'
import { worldDeps } from '../histories/world-deps.ts'
import { Mortal } from './mortal.ts'

/** How a life begins. */
export interface CloudLifeOptions {
  /** Runs that are wanted at the beginning. */
  runs: number
  policy?: Partial<Policy>
  cloud?: CloudOptions
  /** Callbacks are all lost: what agents say is read on their machines. */
  losesCallbacks?: boolean
  /** Changes of the bag, made anew at each start of the daemon. */
  deps?: (deps: Deps) => Partial<Deps>
}

const roundSeconds = 30
const mostRounds = 400
const personEveryRounds = 8

/**
 * An installation whose machines are droplets, in this program and on a clock of its own: the shipped stages, a real ledger, the
 * DigitalOcean provider, and the test cloud with its API. Agents and the library are simulated: no packet matters here.
 */
export class CloudLife {
  readonly world: World
  readonly ledger: Ledger
  readonly policy: Policy
  readonly mortal = new Mortal()
  readonly #options: CloudLifeOptions
  #cloud: OpenCloud | undefined
  #deps: Deps | undefined

  private constructor(options: CloudLifeOptions) {
    this.#options = options
    this.world = new World(1)
    this.world.faults = noFaults
    this.ledger = emptyLedger(this.mortal.effect)
    this.policy = {
      ...defaultPolicy,
      maxWorkers: 3,
      batchRuns: 2,
      periodSeconds: roundSeconds,
      retrySeconds: 10,
      ...options.policy,
    }
  }

  static async begin(options: CloudLifeOptions): Promise<CloudLife> {
    const life = new CloudLife(options)
    await seedOneTaxon(life.ledger, life.world, options.runs)
    const hosts = noHosts({ onBoot: droplet => life.#boot(droplet), onEnd: droplet => life.#end(droplet) })
    life.#cloud = await openCloud({
      hosts,
      clock: () => life.world.now(),
      tickMs: 0,
      dropletLimit: 500,
      ...options.cloud,
    })
    life.startDaemon()
    return life
  }

  get cloud(): OpenCloud {
    if (this.#cloud === undefined) throw new Error('the life has not begun')
    return this.#cloud
  }

  get deps(): Deps {
    if (this.#deps === undefined) throw new Error('the life has not begun')
    return this.#deps
  }

  /** A daemon that knows nothing but the ledger. */
  startDaemon(): void {
    const known = worldDeps(this.world, this.mortal.ledger(this.ledger), this.policy)
    const attemptFolders = this.#deps?.attemptFolders ?? known.attemptFolders
    const provider = digitaloceanProvider({
      apiUrl: this.cloud.url,
      token: fullToken,
      installationId: 'life',
      regions: ['fra1', 'ams3'],
      sizes: [],
      image: 'debian-12-x64',
      vpcUuid: undefined,
      addressKind: 'public',
      sshKeys: [],
      diskReserveBytes: 8e9,
      fetch: request => fetch(request),
      userData: (_name, boot) => ({ kind: 'ready', text: userDataOf(boot) }),
      clock: () => this.world.now(),
      timing: this.#timing(),
      callSeconds: 1,
      effect: this.mortal.effect,
      log: { say: () => undefined, warn: () => undefined },
    })
    const deps: Deps = {
      ...known,
      attemptFolders,
      provider: this.mortal.provider(provider),
      collector: this.mortal.collector(known.collector),
      effect: this.mortal.effect,
    }
    Object.assign(deps, this.#options.deps?.(deps))
    watchDestruction(deps, this.world)
    this.#deps = deps
  }

  /** One round of the daemon and one step of every agent; whether anything was done. Throws what ends the daemon. */
  async round(): Promise<boolean> {
    await this.cloud.settle()
    await noteRound(this.ledger, this.world.now(), this.policy.periodSeconds, this.policy.graceSeconds)
    let done = 0
    for (const stage of workStages) {
      const planned = await planOf(stage, this.deps)
      for (const one of planned) await applyOne(one, this.deps)
      done += planned.length
    }
    return done > 0
  }

  /** The agents' turn, and time. */
  async pass(seconds = roundSeconds): Promise<boolean> {
    // Nobody hears what is said while no daemon lives.
    const isHeard = !this.mortal.isDead && this.#options.losesCallbacks !== true
    this.world.faults = isHeard ? noFaults : { ...noFaults, callbackLost: 1 }
    const spoke = await stepAgents(this.world, this.ledger)
    this.world.nowMs += seconds * 1000
    await this.cloud.settle()
    return spoke
  }

  /** Rounds until nothing is left to do for a while; how many. */
  async untilSettled(idleRounds = 12): Promise<number> {
    let idle = 0
    for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
      // A person comes by now and then, and says that what asked for one is seen to.
      if (rounds % personEveryRounds === 0) await resolveEverything(this.ledger, this.world)
      const did = await this.round()
      const spoke = await this.pass()
      const isAlive = this.cloud.world.living().length > 0 || (await this.hasWork())
      idle = did || spoke || isAlive ? 0 : idle + 1
      if (idle > idleRounds) return rounds
    }
    throw new Error(`it has not settled after ${mostRounds} rounds`)
  }

  /** Batches that are not at their end: they may wait for an hour, as for a limit of the API. */
  async hasWork(): Promise<boolean> {
    const open = this.ledger.read.selectFrom('batches').select('id').where('state', 'in', openBatchStates)
    return (await open.executeTakeFirst()) !== undefined
  }

  /** What must not be true at the end: lost, stored twice, left, destroyed unproved, or paid for and not in our books. */
  async badEndings(): Promise<string[]> {
    const bad = [...this.world.broken, ...(await findBadEndings(this.ledger, this.world, this.policy))]
    for (const droplet of this.cloud.world.living()) bad.push(`droplet ${droplet.id} (${droplet.name}) is left`)
    return bad
  }

  async close(): Promise<void> {
    await this.cloud.close()
  }

  /** Waiting moves the clock of this life. */
  #timing(): Timing {
    return {
      nowMs: () => this.world.nowMs,
      random: () => 0.5,
      sleep: async (ms, signal) => {
        signal.throwIfAborted()
        this.world.nowMs += Math.ceil(ms)
        await this.cloud.settle()
      },
    }
  }

  #boot(droplet: DropletSpec): void {
    const { attemptId, assignment } = JSON.parse(droplet.userData.slice('#life\n'.length)) as Told
    const machine: SimMachine = {
      id: String(droplet.id),
      name: droplet.name,
      attemptId,
      address: droplet.publicAddress,
      createdAtMs: this.world.nowMs,
      listedFromMs: this.world.nowMs,
      bootsAtMs: this.world.nowMs + 20_000,
      assignment,
      agent: 'booting',
      beat: 0,
      unanswered: 0,
      results: new Map(),
      said: new Map(),
      closingWritten: false,
      deletesLeft: 0,
    }
    this.world.machines.set(machine.id, machine)
  }

  #end(droplet: DropletSpec): void {
    const id = String(droplet.id)
    const machine = this.world.machines.get(id)
    if (machine === undefined) return
    this.world.machines.delete(id)
    this.world.gone.set(id, machine)
  }
}

interface Told {
  attemptId: string
  assignment: Assignment
}

/** What a simulated droplet is told. */
function userDataOf({ attemptId, assignment }: BootPlan): string {
  return `#life\n${JSON.stringify({ attemptId, assignment } satisfies Told)}`
}
