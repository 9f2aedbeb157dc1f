import { noCaps } from '../../src/core/budget.ts'
import { defaultTaxonSettings } from '../../src/core/taxon.ts'
import type { Policy } from '../../src/core/policy.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { aRecipe } from './a-recipe.ts'
import { attemptFoldersInMemory } from './attempt-folders-in-memory.ts'
import type { World } from './world.ts'
import { worldCollector } from './world-collector.ts'
import { worldProvider } from './world-provider.ts'

/** The bag of the shipped stages over a simulated world. */
export function worldDeps(world: World, ledger: Ledger, ownPolicy: Policy): Deps {
  return {
    ledger,
    source: undefined as never,
    provider: worldProvider(world),
    collector: worldCollector(world),
    projector: undefined as never,
    attemptFolders: attemptFoldersInMemory(),
    policy: ownPolicy,
    spend: noCaps,
    taxonDefaults: {
      ...defaultTaxonSettings,
      recipe: 'stub',
      filters: { ...defaultTaxonSettings.filters, layouts: ['single', 'paired'] },
    },
    recipes: new Map([['stub', aRecipe('stub')]]),
    boot: {
      serverUrl: undefined,
      nextflow: ['nextflow'],
      cpus: 1,
      beatSeconds: 30,
      filesUrl: undefined,
      mirrorUrls: [],
      environment: {},
    },
    clock: () => world.now(),
    newId: () => world.newId(),
    newSecret: () => world.newId(),
    newHostKey: () => ({ privateKey: world.newId(), publicKey: `ssh-ed25519 ${world.newId()}` }),
    transfersAtOnce: 1,
    effect: world.effect,
    log: { say: () => undefined, warn: () => undefined },
  }
}
