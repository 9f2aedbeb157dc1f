import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryRuns, skipRuns } from '../../src/api/runs.ts'
import { addTaxa, removeTaxon, setTaxon } from '../../src/api/taxa.ts'
import { defaultPolicy } from '../../src/core/policy.ts'
import type { Recipe } from '../../src/core/recipe.ts'
import { defaultTaxonSettings } from '../../src/core/taxon.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { filterStage } from '../../src/daemon/stages/filter/filter-stage.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { noon, openDoorWorld, type DoorWorld } from './door-world.ts'

function aRecipe(name: 'assemble' | 'fetch'): Recipe {
  const samplesheet = { delimiter: ',' as const, lines: 'run' as const, columns: {} }
  return {
    name,
    project: { kind: 'ours', name },
    profile: '',
    params: {},
    samplesheet,
    outputs: [],
    complete: undefined,
    exitCodes: {},
  }
}

const recipes = new Map(
  (['assemble', 'fetch'] as const).map(
    name => [name, { recipe: aRecipe(name), projectCommit: 'c1', project: name, revision: '' }] as const,
  ),
)

const files = ['_1', '_2'].map((ending, place) => ({
  name: `ERR000001${ending}.fastq.gz`,
  address: `h/ERR000001${ending}.fastq.gz`,
  sizeBytes: 5,
  md5: 'm',
  role: place === 0 ? 'mate1' : 'mate2',
}))

/** Shigella sonnei with one run that its filters accept. */
async function openWorld(): Promise<DoorWorld> {
  const world = await openDoorWorld({ recipes })
  await world.rows.taxon(624, { scientific_name: 'Shigella sonnei', filter_set: '' })
  await world.rows.run('ERR000001', { files_json: JSON.stringify(files) })
  await world.rows.verdict(624, 'ERR000001', { verdict: 'unjudged' })
  return world
}

/** The filter stage until it finds nothing to do. */
async function settle(world: DoorWorld): Promise<void> {
  let ids = 0
  const log = { say: () => undefined, warn: (text: string, fields?: object) => assert.fail(`${text} ${JSON.stringify(fields)}`) }
  const deps: Partial<Deps> = {
    ledger: world.ledger,
    taxonDefaults: defaultTaxonSettings,
    recipes,
    policy: defaultPolicy,
    clock: () => noon,
    newId: () => `owed${String((ids += 1)).padStart(8, '0')}-${Math.random()}`,
    effect: () => undefined,
    log,
  }
  for (let rounds = 0; rounds < 10; rounds += 1) if ((await pass(filterStage, deps as Deps)).planned === 0) return
  assert.fail('the filter stage does not come to rest')
}

async function owed(world: DoorWorld): Promise<string[]> {
  const rows = await world.ledger.read
    .selectFrom('deliveries')
    .select(['recipe', 'state', 'reason'])
    .orderBy('recipe')
    .orderBy('state')
    .execute()
  return rows.map(row => `${row.recipe} ${row.state}${row.reason === null ? '' : ` ${row.reason}`}`)
}

async function move(world: DoorWorld, state: 'failed' | 'delivered' | 'batched'): Promise<void> {
  await world.ledger.write(async tx => {
    await tx
      .updateTable('deliveries')
      .set({ state, reason: state === 'failed' ? 'DL_MD5' : null })
      .where('state', '=', 'wanted')
      .execute()
  })
}

const run = { runs: ['ERR000001'], taxId: null }

test('what a person skips is dropped at the next pass, and a retry owes it again', async () => {
  const world = await openWorld()
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble wanted'])
  await world.client.ask(skipRuns, { body: { ...run, why: 'bad reads', dryRun: false } })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble dropped USER_SKIP'])
  await world.client.ask(retryRuns, { body: { ...run, which: 'failed', dryRun: false } })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble wanted'])
})

test('what failed is owed again by a retry and stays owed', async () => {
  const world = await openWorld()
  await settle(world)
  await move(world, 'failed')
  await world.client.ask(retryRuns, { body: { ...run, which: 'failed', dryRun: false } })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble wanted'])
})

test('a changed recipe leaves what is delivered alone until a person has it made again, and then it is made once', async () => {
  const world = await openWorld()
  await settle(world)
  await move(world, 'delivered')
  await world.client.ask(setTaxon, { params: { taxId: 624 }, body: { settings: { recipe: 'fetch' }, dryRun: false } })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble delivered'])
  const redo = { runs: [], taxId: 624, which: 'delivered' as const, dryRun: false }
  assert.equal((await world.client.ask(retryRuns, { body: redo })).retried, 1)
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble delivered', 'fetch wanted'])
  assert.equal((await world.client.ask(retryRuns, { body: redo })).retried, 0)
})

test('a removed taxon owes nothing more, and revived it owes the same again', async () => {
  const world = await openWorld()
  await settle(world)
  await world.client.ask(removeTaxon, { params: { taxId: 624 }, body: { cancel: false, dryRun: false } })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble dropped TAXON_REMOVED'])
  const again = { asked: ['624'], scope: 'subtree' as const, reach: null, settings: {}, force: false, dryRun: false }
  await world.client.ask(addTaxa, { body: again })
  await settle(world)
  assert.deepEqual(await owed(world), ['assemble wanted'])
})
