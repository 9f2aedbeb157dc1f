import type { Clock } from '../../src/core/clock.ts'
import { Problem } from '../../src/core/problem.ts'
import type {
  AttemptPlace,
  Collected,
  Collector,
  HandedOver,
  PeekResult,
  Removed,
  StoredDelivery,
  ToCollect,
} from '../../src/transfer/collector.ts'
import { noEffectPoint, type EffectPoint } from '../../src/core/effect-point.ts'
import { formatManifest, manifestBytes, type Manifest } from '../../src/transfer/manifest.ts'
import type { FakeMachine, FakeResult } from './fake-machine.ts'
import type { FakeProvider } from './fake-provider.ts'

/** What becomes of a transfer before it begins. */
export type FakeTransfer = 'whole' | 'broken off' | 'refused' | 'no space'

/** A delivery in the library that is not there. */
export interface FakeStored extends StoredDelivery {
  /** Whether it is what the agent's manifest promised: false can only come of a collector that does not compare. */
  isSound: boolean
}

const noResult: FakeResult = { manifest: [], manifestSha256: '', files: [], badCopies: 0 }

/** Collects from fake machines into memory, by the same rules as a real collector. */
export class FakeCollector implements Collector {
  readonly name = 'fake'
  /** By delivery id. */
  readonly library = new Map<string, FakeStored>()
  /** By path, as the library has them: `<run>/<recipe>` and `by-taxon/<tax id>/<run>` to a relative path. */
  readonly links = new Map<string, string>()
  /** What the next transfers become, first come first; when empty: `whole`. */
  readonly nextTransfers: FakeTransfer[] = []
  /** Taken away to see that something notices: what lies on the machine is believed as it is. */
  comparesManifests = true
  libraryBytes = Number.MAX_SAFE_INTEGER
  readonly calls = { collect: 0, remove: 0, peek: 0 }
  readonly #provider: FakeProvider
  readonly #clock: Clock
  readonly #effect: EffectPoint

  constructor(provider: FakeProvider, clock: Clock, effect: EffectPoint = noEffectPoint) {
    this.#provider = provider
    this.#clock = clock
    this.#effect = effect
  }

  async collect(place: AttemptPlace, run: ToCollect): Promise<Collected> {
    this.calls.collect++
    const before = this.library.get(run.deliveryId)
    if (before !== undefined) return this.#linked(run, before)
    const machine = this.#machineAt(place)
    if (machine === undefined) return failed(true, 'the machine cannot be reached')
    // Without comparison a transfer of nothing is a success, as it is to rsync.
    const nothing = run.manifestSha256 !== undefined && !this.comparesManifests ? noResult : undefined
    const result = machine.results.get(run.runAccession) ?? nothing
    const fault = this.#faultOf(result, run)
    if (fault !== undefined || result === undefined) return fault ?? { kind: 'not-yet' }
    const neededFreeBytes = manifestBytes(result.manifest)
    if (neededFreeBytes > this.#freeBytes()) return { kind: 'no-space', neededFreeBytes, why: 'the library is full' }
    return this.#linked(run, this.#store(place, run, result))
  }

  async remove(place: AttemptPlace, runAccession: string): Promise<Removed> {
    this.calls.remove++
    const machine = this.#machineAt(place)
    const result = machine?.results.get(runAccession)
    if (machine === undefined || result === undefined) return { kind: 'removed' }
    const copies = [...this.library.values()].filter(stored => stored.runAccession === runAccession)
    const isAtHome = copies.some(({ proved }) => isSame(proved.manifest, result.files))
    if (!isAtHome) return { kind: 'left', why: `${runAccession} is not in the library as it lies on the machine` }
    machine.results.delete(runAccession)
    this.#effect('fake collector: sources removed')
    return { kind: 'removed' }
  }

  async peek(place: AttemptPlace, unheard: readonly string[]): Promise<PeekResult> {
    this.calls.peek++
    const machine = this.#machineAt(place)
    if (machine === undefined) return { kind: 'unreachable', why: 'the machine cannot be reached' }
    const { standing, closing } = machine
    for (const said of [standing, closing]) {
      if (said === undefined || (said.attemptId === place.attemptId && said.machineId === place.machineId)) continue
      return { kind: 'unreachable', why: `it speaks of attempt ${said.attemptId} on ${said.machineId}` }
    }
    const spoken = [...(standing?.outcomes ?? []), ...(closing?.outcomes ?? [])].map(outcome => outcome.runAccession)
    const asked = unheard.filter(run => !spoken.includes(run))
    return { kind: 'read', standing, closing, handedOver: asked.flatMap(run => handedOver(run, machine.results.get(run))) }
  }

  async link(run: ToCollect, relativePath: string): Promise<void> {
    this.links.set(`${run.runAccession}/${run.recipe}`, relativePath)
    for (const taxId of run.taxIds) this.links.set(`by-taxon/${taxId}/${run.runAccession}`, relativePath)
  }

  async *stored(): AsyncGenerator<StoredDelivery> {
    for (const stored of this.library.values()) yield stored
  }

  async clearIncoming(): Promise<void> {
    // Nothing half-way is ever kept in memory.
  }

  async freeBytes(): Promise<number> {
    return this.#freeBytes()
  }

  /** How often the same was delivered: more than once is a fault of whoever asked, for one delivery is stored once. */
  timesDelivered(owed: { runAccession: string; revision: string; recipe: string; recipeIdentity: string }): number {
    return [...this.library.values()].filter(
      stored =>
        stored.runAccession === owed.runAccession &&
        stored.revision === owed.revision &&
        stored.recipe === owed.recipe &&
        stored.recipeIdentity === owed.recipeIdentity,
    ).length
  }

  #freeBytes(): number {
    const used = [...this.library.values()].reduce((sum, { proved }) => sum + manifestBytes(proved.manifest), 0)
    return this.libraryBytes - used
  }

  #machineAt(place: AttemptPlace): FakeMachine | undefined {
    const machine = this.#provider.machineAt(place.address)
    return machine?.isReachable === true ? machine : undefined
  }

  #faultOf(result: FakeResult | undefined, run: ToCollect): Collected | undefined {
    const transfer = this.nextTransfers.shift() ?? 'whole'
    if (transfer === 'no space') return { kind: 'no-space', neededFreeBytes: undefined, why: 'told that the library is full' }
    if (transfer !== 'whole') return failed(transfer === 'broken off', `told to be ${transfer}`)
    if (result === undefined) return run.manifestSha256 === undefined ? undefined : failed(true, 'announced, and not there')
    return this.comparesManifests ? compare(result, run) : undefined
  }

  #store(place: AttemptPlace, run: ToCollect, result: FakeResult): FakeStored {
    if (this.library.has(run.deliveryId)) throw new Problem('not-allowed', `${run.deliveryId} would be stored twice`)
    const { runAccession, deliveryId, revision, recipe, recipeIdentity } = run
    const isSound = result.badCopies === 0 && isSame(result.files, result.manifest) && result.files.length > 0
    const proved = { manifest: result.files, relativePath: `runs/${runAccession}/${deliveryId}`, versions: {} }
    const { attemptId } = place
    const stored: FakeStored = {
      runAccession,
      deliveryId,
      attemptId,
      revision,
      recipe,
      recipeIdentity,
      storedAt: this.#clock(),
      proved,
      isSound,
    }
    this.library.set(deliveryId, stored)
    this.#effect('fake collector: stored')
    return stored
  }

  #linked(run: ToCollect, stored: FakeStored): Collected {
    const linked = this.links.get(`${run.runAccession}/${run.recipe}`)
    const other = [...this.library.values()].find(({ proved }) => proved.relativePath === linked)
    const newest = other !== undefined && other.storedAt > stored.storedAt ? other : stored
    void this.link(run, newest.proved.relativePath)
    return { kind: 'proved', proved: stored.proved }
  }
}

function compare(result: FakeResult, run: ToCollect): Collected | undefined {
  if (run.manifestSha256 !== undefined && run.manifestSha256 !== result.manifestSha256)
    return failed(false, 'another manifest was announced')
  if (result.badCopies > 0) {
    result.badCopies--
    return failed(true, 'what arrived is not what the manifest says')
  }
  return isSame(result.files, result.manifest)
    ? undefined
    : failed(false, 'the files on the machine are not what its manifest says')
}

function handedOver(runAccession: string, result: FakeResult | undefined): HandedOver[] {
  if (result === undefined || manifestBytes(result.manifest) === 0) return []
  return [{ runAccession, outcome: 'done', manifestSha256: result.manifestSha256 }]
}

function isSame(a: Manifest, b: Manifest): boolean {
  return formatManifest(a) === formatManifest(b)
}

function failed(temporary: boolean, why: string): Collected {
  return { kind: 'failed', temporary, why }
}
