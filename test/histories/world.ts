import type { Assignment } from '../../src/api/assignment.ts'
import type { RunOutcome } from '../../src/api/closing.ts'
import { fingerprint } from '../../src/core/fingerprint.ts'
import type { Manifest } from '../../src/transfer/manifest.ts'
import { Chance } from './chance.ts'
import { faultsOf, temperOf, type Faults, type Temper } from './faults.ts'

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
  /** Calls in a row that nobody answered, while it registers. */
  unanswered: number
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
  /** The storage host cannot be used before this instant. */
  collectorAwayUntilMs = 0
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

  /** Every machine vanishes, and the storage host is away for so long. */
  blackOut(awayMs: number): void {
    this.collectorAwayUntilMs = this.nowMs + awayMs
    for (const machine of this.machines.values()) this.gone.set(machine.id, machine)
    this.machines.clear()
  }

  /** Whether the storage host cannot be used now. */
  isCollectorAway(): boolean {
    return this.nowMs < this.collectorAwayUntilMs
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
      unanswered: 0,
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
