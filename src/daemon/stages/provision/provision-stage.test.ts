import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { openArchiveRig, type ArchiveRig } from '../../../../test/fakes/archive-rig.ts'
import { FakeProvider } from '../../../../test/fakes/fake-provider.ts'
import { attemptFoldersInMemory } from '../../../../test/histories/attempt-folders-in-memory.ts'
import { recipeIdentity } from '../../../core/recipe.ts'
import type { Deps, KnownRecipe } from '../../deps.ts'
import { attentionList } from '../../ledger/asked/attention-list.ts'
import { closeNeed, tryAgainAfter } from '../../ledger/requested/resolve-need.ts'
import { shortagesBeforeAsking } from '../../ledger/shortages.ts'
import { workLeft } from '../../ledger/work-left.ts'
import { batchStage } from '../batch/batch-stage.ts'
import { pass } from '../pass.ts'
import { provisionStage } from './provision-stage.ts'

let rig: ArchiveRig
let provider: FakeProvider
let deps: Deps
beforeEach(async () => {
  rig = await openArchiveRig()
  provider = new FakeProvider(() => rig.now())
  const boot = {
    nextflow: [],
    cpus: 1,
    beatSeconds: 20,
    environment: {},
    mirrorUrls: [],
    filesUrl: undefined,
    serverUrl: undefined,
  }
  const collector = { freeBytes: () => Promise.resolve(1e13) } as Partial<Deps['collector']> as Deps['collector']
  const others = { collector, boot, attemptFolders: attemptFoldersInMemory(), newSecret: () => 'ab'.repeat(32) }
  deps = { ...rig.deps, ...others, provider }
  rig.put('ERR900001')
  await rig.add(624)
  await rig.round()
  await pass(batchStage, deps)
})
afterEach(() => rig.close())

async function provision(): Promise<void> {
  assert.deepEqual((await pass(provisionStage, deps)).failures, [])
}

/** So many creates, an hour apart, for which there is no machine. */
async function refuse(times: number, how: 'no-capacity' | 'wait' = 'no-capacity'): Promise<void> {
  for (let place = 0; place < times; place += 1) {
    provider.nextCreates.push(how)
    await provision()
    rig.wait(3600)
  }
}

async function batchState(): Promise<string> {
  return (await rig.ledger.read.selectFrom('batches').select('state').executeTakeFirstOrThrow()).state
}

async function batchesLeft(): Promise<number> {
  return (await workLeft(rig.ledger.read, rig.now(), { ...defaultPolicy, obstructed: false, roomOf: () => Infinity })).batches
}

async function resolve(how: 'retry' | 'dismiss'): Promise<void> {
  const { rows } = await attentionList(rig.ledger.read, { resolved: false, after: undefined, limit: 10 })
  const cause = { at: rig.now(), why: how, byWhom: 'person' }
  await rig.ledger.write(async tx => {
    for (const need of rows) if (await closeNeed(tx, need, how, cause)) await tryAgainAfter(tx, need, cause)
  })
}

describe('a batch that the provider has no machine for', () => {
  test('asks for a person after several answers in a row, and is then nothing that microfetch can do by itself', async () => {
    await refuse(shortagesBeforeAsking - 1)
    assert.deepEqual([await rig.attention(), await batchesLeft()], [[], 1])
    await refuse(1, 'wait')
    assert.deepEqual([await rig.attention(), await batchesLeft()], [['installation installation no-capacity'], 0])
    const { rows } = await attentionList(rig.ledger.read, { resolved: false, after: undefined, limit: 10 })
    assert.match(rows[0]?.evidence ?? '', /^no machine for batch shigella-sonnei-2026-03-01-a: /)
    assert.equal(await batchState(), 'queued')
  })

  test('is tried again all the same, and the attention ends when there is a machine', async () => {
    await refuse(shortagesBeforeAsking + 1)
    await provision()
    assert.equal(await batchState(), 'assigned')
    await provision()
    assert.deepEqual(await rig.attention(), [])
  })

  test('no longer needs a person when it is gone from the queue', async () => {
    await refuse(shortagesBeforeAsking)
    await rig.ledger.write(tx => tx.updateTable('batches').set({ state: 'cancelled' }).execute())
    await provision()
    assert.deepEqual(await rig.attention(), [])
  })

  test('is tried at once, and counted anew, when a person resolves that', async () => {
    await refuse(shortagesBeforeAsking + 4)
    const asked = provider.calls.create
    provider.nextCreates.push('no-capacity')
    await provision()
    rig.wait(1)
    await provision()
    assert.equal(provider.calls.create, asked + 1, 'it waits for its next try')
    await resolve('retry')
    provider.nextCreates.push('no-capacity')
    rig.wait(1)
    await provision()
    assert.equal(provider.calls.create, asked + 2)
    assert.deepEqual([await rig.attention(), await batchesLeft()], [[], 1])
  })
})

test('a recipe that changes while a batch waits is named as the worker is given it', async () => {
  const known = deps.recipes.get('assemble') as KnownRecipe
  const changed = { ...known, projectCommit: 'c1', recipe: { ...known.recipe, params: { min: 5 } } }
  deps = { ...deps, recipes: new Map([['assemble', changed]]) }
  await provision()
  const identity = recipeIdentity(changed.recipe, 'both', 'c1')
  const [machine] = provider.machines.values()
  const told = machine?.boot.assignment.recipe
  assert.deepEqual([told?.params, told?.identity], [{ min: 5 }, identity])
  assert.deepEqual(
    (await rig.deliveries('ERR900001')).map(one => one.recipe_identity),
    [identity],
  )
})
