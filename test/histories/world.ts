import type { Assignment } from '../../src/api/assignment.ts'
import type { RunOutcome } from '../../src/api/closing.ts'
import { fingerprint } from '../../src/core/fingerprint.ts'
import type { Manifest } from '../../src/transfer/manifest.ts'
import { Chance } from './chance.ts'

/** How often the world goes wrong, each from 0 to 1. All 0 while a history settles. */
export interface Faults {
  createLost: number
  createNoEffect: number
  createRefused: number
  createDoubled: number
  bootsLate: number
  callbackLost: number
  callbackTwice: number
  agentDies: number
  agentClosesSilent: number
  runFails: number
  vanishes: number
  transferFails: number
  resultsTorn: number
  destroyStays: number
  listFails: number
  reappears: number
}

export const noFaults: Faults = {
  createLost: 0,
  createNoEffect: 0,
  createRefused: 0,
  createDoubled: 0,
  bootsLate: 0,
  callbackLost: 0,
  callbackTwice: 0,
  agentDies: 0,
  agentClosesSilent: 0,
  runFails: 0,
  vanishes: 0,
  transferFails: 0,
  resultsTorn: 0,
  destroyStays: 0,
  listFails: 0,
  reappears: 0,
}

const someFaults: Faults = {
  createLost: 0.15,
  createNoEffect: 0.08,
  createRefused: 0.05,
  createDoubled: 0.1,
  bootsLate: 0.15,
  callbackLost: 0.25,
  callbackTwice: 0.1,
  agentDies: 0.06,
  agentClosesSilent: 0.1,
  runFails: 0.2,
  vanishes: 0.04,
  transferFails: 0.2,
  resultsTorn: 0.15,
  destroyStays: 0.3,
  listFails: 0.08,
  reappears: 0.05,
}

/** What a history is rich in, so that rare turns are taken often enough to be tried: machines that go, runs that fail, busy people. */
export type Temper = 'mixed' | 'vanishing' | 'failing' | 'busy'

/** The temper of a history, by its seed. */
export function temperOf(seed: number): Temper {
  return (['mixed', 'vanishing', 'failing', 'busy', 'vanishing', 'failing', 'vanishing', 'failing'] as const)[seed % 8] ?? 'mixed'
}

function faultsOf(temper: Temper): Faults {
  switch (temper) {
    case 'mixed':
    case 'busy':
      return someFaults
    case 'vanishing':
      return {
        ...someFaults,
        vanishes: 0.14,
        reappears: 0.12,
        bootsLate: 0.45,
        createRefused: 0,
        createNoEffect: 0.02,
        listFails: 0.02,
        runFails: 0.05,
      }
    case 'failing':
      return {
        ...someFaults,
        runFails: 0.7,
        vanishes: 0.01,
        agentDies: 0.03,
        callbackLost: 0.1,
        createRefused: 0,
        createNoEffect: 0.02,
        createLost: 0.05,
      }
  }
}

/** One simulated machine with its simulated agent. */
export interface SimMachine {
  id: string
  name: string
  attemptId: string
  address: string
  createdAtMs: number
  /** The provider's list shows it from here on. */
  listedFromMs: number
  /** Its agent begins here. */
  bootsAtMs: number
  assignment: Assignment
  agent: 'booting' | 'registered' | 'working' | 'closed' | 'stopped' | 'dead'
  beat: number
  /** What lies on it, by run: what its manifest says and what the files really are. */
  results: Map<string, { manifest: Manifest; content: string }>
  said: Map<string, RunOutcome>
  closingWritten: boolean
  deletesLeft: number
}

/** What lies in the library, by delivery. */
export interface Stored {
  runAccession: string
  deliveryId: string
  attemptId: string
  revision: string
  recipe: string
  content: string
  manifest: Manifest
}

/** Everything outside the ledger: time, machines, library. Nothing in it is random but through `chance`. */
export class World {
  readonly chance: Chance
  readonly temper: Temper
  faults: Faults
  nowMs = Date.parse('2026-01-01T00:00:00Z')
  readonly machines = new Map<string, SimMachine>()
  readonly gone = new Map<string, SimMachine>()
  readonly library = new Map<string, Stored>()
  /** (run, revision, recipe) → how often it was stored. */
  readonly storedTimes = new Map<string, number>()
  readonly broken: string[] = []
  /** Effects until the daemon dies; undefined: it lives. */
  dieIn: number | undefined
  /** Whether a collected run is compared with its manifest. */
  comparesManifests = true
  /** Whether a machine has to say its own id, and is asked for it. */
  checksMachineIds = true
  /** The storage host cannot be used for now. */
  collectorAway = false
  /** The daemon is about to die between storing and acknowledging. */
  diesStoring = false
  private count = 0

  constructor(seed: number) {
    this.chance = new Chance(seed)
    this.temper = temperOf(seed)
    this.faults = faultsOf(this.temper)
  }

  /** A fresh name; the same history gives the same names. */
  newId(): string {
    this.count += 1
    return `x${String(this.count).padStart(11, '0')}`
  }

  now(): Date {
    return new Date(this.nowMs)
  }

  /** Called after every effect: the daemon may die here. */
  readonly effect = (): void => {
    if (this.dieIn === undefined) return
    this.dieIn -= 1
    if (this.dieIn > 0) return
    this.dieIn = undefined
    throw new DaemonDied()
  }

  /** After a death between storing and acknowledging, sometimes the worst follows: the machines vanish while the storage host is away. */
  afterDeath(): void {
    if (!this.diesStoring) return
    this.diesStoring = false
    if (this.temper !== 'vanishing') return
    this.collectorAway = true
    for (const machine of this.machines.values()) this.gone.set(machine.id, machine)
    this.machines.clear()
  }

  /** Makes a machine; addresses are used again, as in a real cloud. */
  makeMachine(name: string, attemptId: string, assignment: Assignment): SimMachine {
    const late = this.chance.happens(this.faults.bootsLate)
    const used = new Set([...this.machines.values()].map(machine => machine.address))
    let place = 1
    while (used.has(`10.0.0.${place}`)) place += 1
    const machine: SimMachine = {
      id: this.newId(),
      name,
      attemptId,
      address: `10.0.0.${place}`,
      createdAtMs: this.nowMs,
      listedFromMs: this.nowMs + (late ? this.chance.below(400_000) : this.chance.below(60_000)),
      bootsAtMs: this.nowMs + (late ? this.chance.below(900_000) : 20_000),
      assignment,
      agent: 'booting',
      beat: 0,
      results: new Map(),
      said: new Map(),
      closingWritten: false,
      deletesLeft: 0,
    }
    this.machines.set(machine.id, machine)
    return machine
  }

  /** What honest work on a run's revision gives. */
  static contentOf(runAccession: string, revision: string): string {
    return fingerprint(`${runAccession} ${revision}`).repeat(4)
  }
}

/** Thrown out of the daemon to end it, as SIGKILL would: nothing after it happens. */
export class DaemonDied extends Error {}
