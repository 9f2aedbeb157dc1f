import type { RunAccession } from '../../src/core/accession.ts'
import { attentionList } from '../../src/daemon/ledger/asked/attention-list.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import type { Cause } from '../../src/daemon/ledger/move-state.ts'
import { removeTaxonRow } from '../../src/daemon/ledger/requested/remove-taxon.ts'
import { closeNeed, tryAgainAfter } from '../../src/daemon/ledger/requested/resolve-need.ts'
import { retryPages, retryRunRows, type WhichRetry } from '../../src/daemon/ledger/requested/retry-runs.ts'
import { skipRunRows } from '../../src/daemon/ledger/requested/skip-runs.ts'
import { pauseTaxon, taxonRow, trackTaxon } from '../../src/daemon/ledger/taxa.ts'
import { changeFiles, setArchiveState, type Generations } from './archive.ts'
import type { Temper } from './faults.ts'
import { seededTaxa } from './seed-ledger.ts'
import type { World } from './world.ts'

/** What acts are done in and on. */
export interface Scene {
  ledger: Ledger
  world: World
  runs: readonly string[]
  generations: Generations
}

type Act = (scene: Scene) => Promise<void>

/** Everything that people and the archive do, by the same functions as the door; the archive as `discover` would write it down. */
const acts = {
  changeFiles: async ({ ledger, world, runs, generations }) =>
    changeFiles(ledger, await interestingRun(ledger, world, runs), generations),
  withdraw: async ({ ledger, world, runs }) => setArchiveState(ledger, await interestingRun(ledger, world, runs), 'withdrawn'),
  giveBack: async ({ ledger, world, runs }) => {
    for (const run of runs) if (world.chance.happens(0.5)) await setArchiveState(ledger, run, 'public')
  },
  skip: async ({ ledger, world, runs }) => {
    const taxId = world.chance.pick([null, ...seededTaxa]) ?? null
    await skipRunRows(ledger, [(await interestingRun(ledger, world, runs)) as RunAccession], taxId, causeOf(world))
  },
  retryOne: async ({ ledger, world, runs }) =>
    retry(ledger, { kind: 'runs', runs: [(await interestingRun(ledger, world, runs)) as RunAccession] }, world),
  retryAll: scene => retryEverything(scene.ledger, scene.world),
  remove: async ({ ledger, world }) => {
    const taxId = world.chance.pick(seededTaxa) ?? 0
    await removeTaxonRow(ledger, taxId, world.chance.happens(0.5), causeOf(world))
  },
  startAfresh: scene => startAfresh(scene),
  trackAgain: ({ ledger, world }) => trackEverything(ledger, world),
  pause: async ({ ledger, world }) => {
    const taxId = world.chance.pick(seededTaxa) ?? 0
    await ledger.write(tx => pauseTaxon(tx, taxId, world.chance.happens(0.3), causeOf(world)))
  },
  resolve: ({ ledger, world }) => resolveEverything(ledger, world),
  restore: ({ ledger }) => reportAgain(ledger),
} satisfies Record<string, Act>

type ActName = keyof typeof acts

const everything = Object.keys(acts) as ActName[]

/** What is done most in a history of each temper. */
const often: Record<Temper, readonly ActName[]> = {
  mixed: [],
  vanishing: ['trackAgain', 'restore'],
  failing: ['changeFiles', 'changeFiles', 'withdraw', 'withdraw', 'giveBack', 'giveBack', 'skip', 'retryOne', 'retryAll'],
  busy: ['startAfresh', 'startAfresh', 'startAfresh', 'startAfresh', 'trackAgain', 'trackAgain', 'retryAll'],
}

/** One random act of a person or of the archive. */
export async function actAtRandom(scene: Scene): Promise<void> {
  const name = scene.world.chance.pick([...everything, ...often[scene.world.temper]]) ?? 'pause'
  await acts[name](scene)
}

function causeOf(world: World): Cause {
  return { at: world.now(), why: 'a person said so', byWhom: 'a person' }
}

/** Often a run whose delivery failed, or was dropped: there people and the archive change most. */
async function interestingRun(ledger: Ledger, world: World, runs: readonly string[]): Promise<string> {
  const any = world.chance.pick(runs) ?? ''
  if (world.chance.happens(0.3)) return any
  const rows = await ledger.read
    .selectFrom('deliveries')
    .select(['run_accession', 'state'])
    .where('state', 'in', ['failed', 'dropped'])
    .orderBy('id')
    .execute()
  const failed = rows.filter(({ state }) => state === 'failed')
  return world.chance.pick(failed.length > 0 ? failed : rows)?.run_accession ?? any
}

async function retry(ledger: Ledger, which: WhichRetry, world: World): Promise<void> {
  for await (const page of retryPages(ledger.read, which)) await retryRunRows(ledger, page, causeOf(world))
}

/** Whatever failed or was skipped is owed again, taxon by taxon. */
export async function retryEverything(ledger: Ledger, world: World): Promise<void> {
  for (const taxId of seededTaxa) await retry(ledger, { kind: 'taxon', taxId }, world)
}

/** Paused taxa go on. */
export async function resumeEverything(ledger: Ledger, world: World): Promise<void> {
  await ledger.write(async tx => {
    for (const taxId of seededTaxa) await pauseTaxon(tx, taxId, false, causeOf(world))
  })
}

/** Taxa that are worked on are removed, their work cancelled, and tracked again. */
export async function startAfresh({ ledger, world }: Scene): Promise<void> {
  const begun = await ledger.read
    .selectFrom('batches')
    .select('charged_tax_id')
    .distinct()
    .where('state', 'in', ['assigned', 'started', 'finished'])
    .orderBy('charged_tax_id')
    .execute()
  for (const { charged_tax_id: taxId } of begun) await removeTaxonRow(ledger, taxId, true, causeOf(world))
  await trackEverything(ledger, world)
}

/** Runs that lie in the library while the ledger does not know it are skipped: whoever looks sees only that they do not go on. */
export async function skipWhatStandsInDoubt({ ledger, world }: Scene): Promise<void> {
  const batched = await ledger.read
    .selectFrom('deliveries')
    .select(['id', 'run_accession'])
    .where('state', '=', 'batched')
    .execute()
  const runs = batched.flatMap(({ id, run_accession: run }) => (world.library.has(id) ? [run as RunAccession] : []))
  await skipRunRows(ledger, runs, null, causeOf(world))
}

/** Taxa that were removed are tracked again. */
export async function trackEverything(ledger: Ledger, world: World): Promise<void> {
  await ledger.write(async tx => {
    for (const taxId of seededTaxa) {
      const row = await taxonRow(tx, taxId)
      if (row === undefined) continue
      const { scientific_name: scientificName, rank, scope, priority, resolved_tax_id: resolvedTaxId } = row
      const taxon = { taxId, resolvedTaxId, scientificName, rank, scope, priority, reach: undefined, settings: {} }
      await trackTaxon(tx, taxon, causeOf(world))
    }
  })
}

/** Whatever asks for a person is resolved: try again. */
export async function resolveEverything(ledger: Ledger, world: World): Promise<void> {
  const { rows } = await attentionList(ledger.read, { resolved: false, after: undefined, limit: 100 })
  for (const need of rows) {
    await ledger.write(async tx => {
      if (await closeNeed(tx, need, 'retry', causeOf(world))) await tryAgainAfter(tx, need, causeOf(world))
    })
  }
}

/** As after a restore: receipts are reported again, which proves what was stored and never acknowledged. */
export async function reportAgain(ledger: Ledger): Promise<void> {
  await ledger.write(async tx => {
    await tx
      .insertInto('installation')
      .values({ key: 'adopting', value: '1' })
      .onConflict(conflict => conflict.column('key').doUpdateSet({ value: '1' }))
      .execute()
  })
}
