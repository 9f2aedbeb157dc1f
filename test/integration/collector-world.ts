import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FetchLike } from '../../src/api/client.ts'
import { openCollector, type CollectorOptions, type OpenCollector } from '../../src/collector/main.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { remoteCollector } from '../../src/daemon/collectors/remote/remote-collector.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { makeApp } from '../../src/daemon/http/make-app.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import { collectStage } from '../../src/daemon/stages/collect/collect-stage.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { manifestOf } from '../../src/transfer/testing/scratch-folder.ts'
import { LibraryAndMachines } from '../../src/transfer/collect/testing/library-and-machines.ts'
import type { AttemptPlace, Collector } from '../../src/transfer/collector.ts'
import { addedRows } from './door-rows.ts'

/** The tokens of these tests. */
export const tokens = { people: 'the token of the people', collector: 'the-collectors-own-token' }

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** When it is at the beginning. */
export const begin = Date.parse('2026-03-10T12:00:00.000Z')

/**
 * A daemon's ledger, door and collect stage, machines that are folders, and a library that the program `microfetch collect` fills, in
 * one process and under one clock.
 */
export class CollectorWorld {
  readonly ledger: Ledger
  readonly machines: LibraryAndMachines
  readonly remote: Collector
  readonly deps: Deps
  readonly app: ReturnType<typeof makeApp>
  readonly warnings: string[] = []
  nowMs = begin
  /** Put between the program and the door: faults of the way. */
  way: FetchLike = request => this.app.fetch(request)
  /** Called when the door wakes the loop. */
  woken: () => void = () => undefined
  #ids = 0

  private constructor(ledger: Ledger, machines: LibraryAndMachines, policy: Policy) {
    this.ledger = ledger
    this.machines = machines
    const clock = this.clock
    const log = { say: () => undefined, warn: (text: string) => void this.warnings.push(text) }
    const newId = () => `id${String(++this.#ids).padStart(10, '0')}`
    this.remote = remoteCollector({ ledger, clock, silentSeconds: policy.collectorSilentSeconds })
    const known = { ledger, collector: this.remote, clock, log, policy, newId, effect: () => undefined, transfersAtOnce: 1 }
    this.deps = known as unknown as Deps
    const parts = { ledger, clock, newId, policy, log, wake: () => this.woken(), recipes: new Map(), version: '0.0.0' }
    const access = { peopleTokenHash: hashOf(tokens.people), collectorTokenHash: hashOf(tokens.collector), hosts: undefined }
    const others = { archive: undefined, assignmentOf: async () => undefined, taxonDefaults: undefined, libraryDir: '/library' }
    this.app = makeApp({ ...parts, access, ...others } as unknown as Parameters<typeof makeApp>[0])
  }

  static async open(policy: Partial<Policy> = {}): Promise<CollectorWorld> {
    const world = new CollectorWorld(await openLedger(':memory:'), await LibraryAndMachines.open(), {
      ...defaultPolicy,
      ...policy,
    })
    await world.rows.taxon(562)
    return world
  }

  readonly clock = (): Date => new Date(this.nowMs)

  get rows(): ReturnType<typeof addedRows> {
    return addedRows(this.ledger, this.clock())
  }

  /** The program over the library of these tests, or over another one beside it. */
  async program(given: Partial<CollectorOptions> = {}): Promise<OpenCollector> {
    return openCollector({ ...this.options(), ...given })
  }

  options(): CollectorOptions {
    return {
      serverUrl: 'http://localhost',
      token: tokens.collector,
      fetch: request => this.way(request),
      libraryFolder: this.machines.library,
      name: undefined,
      identityFile: undefined,
      jumpHost: undefined,
      localMachines: true,
      atOnce: 2,
      bandwidthKbytes: undefined,
      window: undefined,
      quotaBytes: undefined,
      reserveBytes: 0,
      fileMode: 0o444,
      group: undefined,
      everySeconds: 0,
      version: '0.0.0',
      command: 'microfetch collect',
      clock: this.clock,
      log: { say: () => undefined, warn: text => void this.warnings.push(text) },
      // Between the rounds of the program the daemon makes its own.
      wait: async () => {
        this.nowMs += 2000
        await this.stages()
      },
    }
  }

  /** What the daemon makes of what was reported. */
  async stages(): Promise<void> {
    const { failures } = await pass(collectStage, this.deps)
    this.warnings.push(...failures.map(({ why }) => `stage: ${why}`))
  }

  /** A machine at work on a batch of its own, with runs that its agent has handed over. */
  async finished(...runs: string[]): Promise<AttemptPlace> {
    const place = await this.machines.newPlace()
    const { attemptId, machineId, address } = place
    await this.rows.batch(`b-${attemptId}`, { state: 'finished', charged_tax_id: 562 })
    await this.rows.attempt(attemptId, `b-${attemptId}`, { machine_id: machineId, heard_machine_id: machineId })
    await this.rows.worker(attemptId, { machine_id: machineId, address })
    for (const run of runs) await this.handOver(place, run)
    return place
  }

  /** Its agent hands over one more run, and says so. */
  async handOver(
    place: AttemptPlace,
    run: string,
    files: Record<string, string> = { 'a/contigs.fasta': `>${run}\nACGT\n` },
  ): Promise<void> {
    const manifestSha256 = await this.machines.handOver(place, files, manifestOf(files), run)
    await this.rows.run(run)
    const deliveryId = `d-${run}`
    await this.rows.delivery(deliveryId, run, { state: 'batched', batch_id: `b-${place.attemptId}`, recipe_identity: 'i' })
    await this.rows.verdict(562, run, { delivery_id: deliveryId })
    const said = { outcome: 'done' as const, manifest_sha256: manifestSha256, heard_at: this.clock().toISOString() }
    await this.rows.attemptRun(place.attemptId, run, { delivery_id: deliveryId, ...said })
  }

  /** Of every run: the state of its delivery, the failures of its transfer, and whether its sources are gone. */
  async fates(): Promise<Record<string, string>> {
    const rows = await this.ledger.read
      .selectFrom('attempt_runs as ar')
      .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
      .select(['ar.run_accession', 'd.state', 'ar.collect_failures', 'ar.removed_at'])
      .orderBy('ar.run_accession')
      .execute()
    return Object.fromEntries(
      rows.map(row => {
        const failed = row.collect_failures === 0 ? '' : `, ${row.collect_failures} failures`
        return [row.run_accession, `${row.state}${failed}${row.removed_at === null ? '' : ', removed'}`]
      }),
    )
  }

  /** What needs a person now. */
  async needs(): Promise<string[]> {
    const open = await this.ledger.read
      .selectFrom('attention')
      .selectAll()
      .where('resolved_at', 'is', null)
      .orderBy('id')
      .execute()
    return open.map(({ subject, subject_id: id, cause }) => `${subject} ${id} ${cause}`)
  }

  /** Deliveries that lie whole in a library, by their ids. */
  async atHome(collector: Collector = this.machines.collector): Promise<string[]> {
    const ids: string[] = []
    for await (const { deliveryId } of collector.stored()) ids.push(deliveryId)
    return ids.sort()
  }

  /** Asks the door without the program. */
  async ask(path: string, token: string | undefined, body?: unknown): Promise<Response> {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` })
    headers.set('host', 'localhost')
    headers.set('content-type', 'application/json')
    const method = body === undefined ? 'GET' : 'POST'
    return this.app.request(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  }

  /** Another library beside the usual one. */
  otherLibrary(): string {
    return join(this.machines.root, 'other-library')
  }

  async close(): Promise<void> {
    await this.ledger.close()
    await this.machines.close()
  }
}
