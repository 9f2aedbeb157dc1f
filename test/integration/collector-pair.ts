import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { OpenCollector } from '../../src/collector/main.ts'
import { forgetFact, forgetLinkFact } from '../../src/daemon/ledger/collection-facts.ts'
import { writeInstallation } from '../../src/daemon/ledger/installation.ts'
import { oneAtATime } from '../../src/transfer/collect/one-at-a-time.ts'
import type { AttemptPlace, Collected, Collector, ToCollect } from '../../src/transfer/collector.ts'
import { manifestOf } from '../../src/transfer/testing/scratch-folder.ts'
import type { CollectorUnderTest } from '../contracts/collector-contract.ts'
import { CollectorWorld } from './collector-world.ts'

/*
 * The daemon's remote collector and the program on another host, as one: what is asked of the daemon's side is first made to be wanted in
 * the ledger, then the program visits, and then the daemon's side answers from what it reported.
 */

/** Opens the pair over folder machines, for the contract of collectors. */
export async function openPair(): Promise<CollectorUnderTest> {
  const world = await CollectorWorld.open()
  const pair = new Pair(world)
  const { machines } = world
  return {
    collector: pair.collector('usual'),
    newPlace: () => machines.newPlace(),
    handOver: (place, accession, files) => machines.handOver(place, files, manifestOf(files), accession),
    spoil: async (place, accession) => {
      const path = machines.onMachine(place, 'assembly/contigs.fasta', accession)
      await writeFile(path, 'X'.repeat((await readFile(path, 'utf8')).length))
    },
    isOnMachine: (place, accession) =>
      stat(machines.onMachine(place, '', accession)).then(
        () => true,
        () => false,
      ),
    say: async (place, { standing, closing }) => {
      if (standing !== undefined) await machines.writeOnMachine(place, 'standing.json', JSON.stringify(standing))
      if (closing !== undefined) await machines.writeOnMachine(place, 'results/DONE.json', JSON.stringify(closing))
    },
    lose: place => rm(place.address, { recursive: true }),
    linkedDelivery: link => machines.linkedDelivery(link.startsWith('by-taxon/') ? link : `runs/ERR100/${link}`),
    crowded: () => pair.collector('crowded'),
    close: async () => {
      pair.end()
      await world.close()
    },
  }
}

type Library = 'usual' | 'crowded'

class Pair {
  readonly #world: CollectorWorld
  readonly #oneByOne = oneAtATime()
  #open: { library: Library; program: OpenCollector } | undefined

  constructor(world: CollectorWorld) {
    this.#world = world
  }

  end(): void {
    this.#open?.program.close()
    this.#open = undefined
  }

  collector(library: Library): Collector {
    const { remote, ledger } = this.#world
    const alone = <T>(act: () => Promise<T>): Promise<T> => this.#oneByOne('pair', act)
    return {
      name: remote.name,
      collect: (place, run) => alone(() => this.#collect(library, place, run)),
      remove: (place, run) =>
        alone(async () => {
          await this.#want(place, undefined, run)
          await this.#visit(library)
          return remote.remove(place, run)
        }),
      peek: (place, unheard) =>
        alone(async () => {
          for (const run of unheard) await this.#ofAttempt(place, run, { outcome: 'none' })
          await this.#attempt(place)
          await this.#visit(library)
          return remote.peek(place, unheard)
        }),
      link: (run, relativePath) =>
        alone(async () => {
          await this.#receipt(run, relativePath)
          for (const taxId of run.taxIds) {
            const key = { tax_id: taxId, run_accession: run.runAccession, delivery_id: run.deliveryId }
            await ledger.write(tx => tx.insertInto('links_owed').values(key).execute())
            await ledger.write(tx => forgetLinkFact(tx, { taxId, runAccession: run.runAccession, deliveryId: run.deliveryId }))
          }
          await this.#visit(library)
          await remote.link(run, relativePath)
        }),
      stored: () => this.#stored(library),
      clearIncoming: attemptId =>
        alone(async () => {
          await remote.clearIncoming(attemptId)
          await this.#visit(library)
        }),
      freeBytes: async () => {
        await alone(() => this.#visit(library))
        return remote.freeBytes()
      },
    }
  }

  async #collect(library: Library, place: AttemptPlace, run: ToCollect): Promise<Collected> {
    await this.#want(place, run, run.runAccession)
    await this.#visit(library)
    return this.#world.remote.collect(place, run)
  }

  async *#stored(library: Library) {
    const { ledger, remote } = this.#world
    await ledger.write(async tx => {
      await writeInstallation(tx, 'epoch', String(this.#world.nowMs++))
      await writeInstallation(tx, 'adopting', '1')
    })
    await this.#oneByOne('pair', () => this.#visit(library))
    yield* remote.stored()
    await ledger.write(tx => writeInstallation(tx, 'adopting', '0'))
  }

  /** One visit, and all transfers that follow from it, over the library as it is asked for. */
  async #visit(library: Library): Promise<void> {
    if (this.#open?.library !== library) {
      this.end()
      const reserveBytes = library === 'usual' ? 0 : 1e15
      this.#open = { library, program: await this.#world.program({ reserveBytes, name: 'storage' }) }
    }
    this.#world.nowMs += 1000
    await this.#open.program.visitor.visit()
    await this.#open.program.visitor.looked()
    await this.#open.program.transfers.drained()
  }

  /** With a run it is to be brought home anew; without one its sources are to be removed. */
  async #want(place: AttemptPlace, run: ToCollect | undefined, runAccession: string): Promise<void> {
    const { ledger } = this.#world
    await this.#attempt(place)
    await ledger.write(async tx => {
      await forgetFact(tx, { attemptId: place.attemptId, runAccession }, 'remove')
      await forgetFact(tx, { attemptId: place.attemptId, runAccession }, 'collect')
    })
    if (run !== undefined) {
      await this.#delivery(run)
      const said = { delivery_id: run.deliveryId, outcome: 'done' as const, manifest_sha256: run.manifestSha256 ?? null }
      await this.#ofAttempt(place, runAccession, { ...said, receipt_id: null })
      return
    }
    const known = await ledger.read
      .selectFrom('deliveries')
      .select('id')
      .where('run_accession', '=', runAccession)
      .executeTakeFirst()
    if (known === undefined) await this.#world.rows.delivery(`d-${runAccession}`, runAccession, { state: 'delivered' })
    await this.#ofAttempt(place, runAccession, { receipt_id: await this.#receiptOf(runAccession), removed_at: null })
  }

  async #attempt(place: AttemptPlace): Promise<void> {
    const { ledger, rows } = this.#world
    const { attemptId, machineId, address } = place
    const known = await ledger.read.selectFrom('attempts').select('id').where('id', '=', attemptId).executeTakeFirst()
    if (known !== undefined) return
    await rows.batch(`b-${attemptId}`, { state: 'started', charged_tax_id: 562 })
    await rows.attempt(attemptId, `b-${attemptId}`, { machine_id: machineId, heard_machine_id: machineId })
    await rows.worker(attemptId, { machine_id: machineId, address })
  }

  async #ofAttempt(place: AttemptPlace, run: string, given: Record<string, unknown>): Promise<void> {
    const { ledger, rows } = this.#world
    await this.#attempt(place)
    const known = await ledger.read
      .selectFrom('attempt_runs')
      .select('delivery_id')
      .where('attempt_id', '=', place.attemptId)
      .where('run_accession', '=', run)
      .executeTakeFirst()
    if (known === undefined) await rows.attemptRun(place.attemptId, run, given)
    else
      await ledger.write(tx =>
        tx
          .updateTable('attempt_runs')
          .set(given)
          .where('attempt_id', '=', place.attemptId)
          .where('run_accession', '=', run)
          .execute(),
      )
  }

  async #delivery(run: ToCollect): Promise<void> {
    const { ledger, rows } = this.#world
    const { runAccession, deliveryId, revision, recipe, recipeIdentity, taxIds } = run
    const isKnown = await ledger.read
      .selectFrom('runs')
      .select('tax_id')
      .where('run_accession', '=', runAccession)
      .executeTakeFirst()
    if (isKnown === undefined) await rows.run(runAccession)
    await ledger.write(async tx => {
      await tx.updateTable('deliveries').set({ state: 'delivered' }).where('run_accession', '=', runAccession).execute()
      await tx.deleteFrom('deliveries').where('id', '=', deliveryId).execute()
      await tx.deleteFrom('verdicts').where('run_accession', '=', runAccession).execute()
    })
    await rows.delivery(deliveryId, runAccession, { state: 'batched', revision, recipe, recipe_identity: recipeIdentity })
    for (const taxId of taxIds) {
      const taxon = await ledger.read.selectFrom('taxa').select('tax_id').where('tax_id', '=', taxId).executeTakeFirst()
      if (taxon === undefined) await rows.taxon(taxId)
      await rows.verdict(taxId, runAccession, { delivery_id: deliveryId })
    }
  }

  async #receiptOf(run: string): Promise<string> {
    const known = await this.#world.ledger.read
      .selectFrom('receipts')
      .select('id')
      .where('run_accession', '=', run)
      .executeTakeFirst()
    if (known === undefined) await this.#world.rows.receipt(`r-${run}`, `of-${run}`, run)
    return known?.id ?? `r-${run}`
  }

  async #receipt(run: ToCollect, relativePath: string): Promise<void> {
    const { ledger, rows } = this.#world
    await this.#delivery({ ...run, taxIds: [] })
    await rows.receipt(`r-${run.deliveryId}`, run.deliveryId, run.runAccession)
    await ledger.write(tx =>
      tx.updateTable('receipts').set({ relative_path: relativePath }).where('delivery_id', '=', run.deliveryId).execute(),
    )
  }
}
