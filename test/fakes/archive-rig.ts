import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { defaultTaxonSettings, type Reach, type Scope, type TaxonSettings } from '../../src/core/taxon.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import { noEffectPoint } from '../../src/daemon/effect-point.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import { trackTaxon } from '../../src/daemon/ledger/taxa.ts'
import type { PassReport } from '../../src/daemon/ledger/passes.ts'
import { discoverStage } from '../../src/daemon/stages/discover/discover-stage.ts'
import { filterStage } from '../../src/daemon/stages/filter/filter-stage.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { aRecipe } from '../histories/a-recipe.ts'
import { makeFakeSource, type FakeSource } from './fake-source.ts'
import type { WorldTaxon } from './archive-world.ts'

/** The archive side of a daemon over a ledger in memory and an archive in memory, with a clock that only tests move. */
export interface ArchiveRig {
  ledger: Ledger
  source: FakeSource
  deps: Deps
  /** Moves the clock. */
  wait(seconds: number): void
  now(): Date
  add(taxId: number, over?: { scope?: Scope; reach?: Reach; settings?: Record<string, string>; priority?: number }): Promise<void>
  /** One pass of `discover`, then one of `filter`. */
  round(): Promise<PassReport[]>
  /** Lets the next check come due, as a full reconcile or not, and does a round. */
  check(taxId: number, kind?: 'full' | 'incremental'): Promise<void>
  close(): Promise<void>
}

const taxaOfWorld: WorldTaxon[] = [
  { taxId: 620, scientificName: 'Shigella', rank: 'genus' },
  { taxId: 624, scientificName: 'Shigella sonnei', rank: 'species', parent: 620, merged: [6240] },
  { taxId: 623, scientificName: 'Shigella flexneri', rank: 'species', parent: 620 },
]

/** Opens one. Whatever lies outside of the archive's side is not there: a test that touches it fails. */
export async function openArchiveRig(
  given: { path?: string; policy?: Partial<Policy>; settings?: Partial<TaxonSettings> } = {},
): Promise<ArchiveRig> {
  let nowMs = Date.parse('2026-03-01T08:00:00.000Z')
  const now = () => new Date(nowMs)
  const source = makeFakeSource({ taxa: taxaOfWorld, clock: now })
  const ledger = await openLedger(given.path ?? ':memory:')
  let ids = 0
  const deps = {
    ledger,
    source,
    policy: { ...defaultPolicy, ...given.policy },
    taxonDefaults: { ...defaultTaxonSettings, ...given.settings },
    recipes: new Map(['assemble', 'fetch'].map(name => [name, aRecipe(name)])),
    clock: now,
    newId: () => `d${String(++ids).padStart(4, '0')}`,
    effect: noEffectPoint,
    log: { say: () => undefined, warn: () => undefined },
  } as unknown as Deps
  const round = async () => [await pass(discoverStage, deps), await pass(filterStage, deps)]
  return {
    ledger,
    source,
    deps,
    now,
    wait: seconds => void (nowMs += seconds * 1000),
    add: async (taxId, over = {}) => {
      const taxon = {
        taxId,
        resolvedTaxId: taxId,
        scientificName: `Taxon ${taxId}`,
        rank: 'species',
        priority: over.priority ?? 0,
      }
      const rest = {
        scope: over.scope ?? ('subtree' as const),
        reach: over.reach ?? ({ kind: 'all' } as const),
        settings: over.settings ?? {},
      }
      await ledger.write(tx => trackTaxon(tx, { ...taxon, ...rest }, { at: now(), why: 'added', byWhom: 'person' }))
    },
    round,
    check: async (taxId, kind = 'incremental') => {
      const due = { next_check_at: now().toISOString(), ...(kind === 'full' ? { full_check_wanted: 1 } : {}) }
      await ledger.write(tx => tx.updateTable('taxa').set(due).where('tax_id', '=', taxId).execute())
      const failures = (await round()).flatMap(report => report.failures)
      if (failures.length > 0) throw new Error(JSON.stringify(failures))
    },
    close: () => ledger.close(),
  }
}
