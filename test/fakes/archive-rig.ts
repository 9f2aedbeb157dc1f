import { noCaps } from '../../src/core/budget.ts'
import { defaultPolicy, type Policy } from '../../src/core/policy.ts'
import { defaultTaxonSettings, type Reach, type Scope, type TaxonSettings } from '../../src/core/taxon.ts'
import type { Selectable } from 'kysely'
import type { Deps } from '../../src/daemon/deps.ts'
import { noEffectPoint } from '../../src/core/effect-point.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import type { RunRow } from '../../src/daemon/ledger/runs.ts'
import type { ChecksTable, DeliveriesTable } from '../../src/daemon/ledger/tables.ts'
import { trackTaxon } from '../../src/daemon/ledger/taxa.ts'
import type { VerdictRow } from '../../src/daemon/ledger/verdicts.ts'
import type { PassReport } from '../../src/daemon/ledger/passes.ts'
import { discoverStage } from '../../src/daemon/stages/discover/discover-stage.ts'
import { filterStage } from '../../src/daemon/stages/filter/filter-stage.ts'
import { pass } from '../../src/daemon/stages/pass.ts'
import { aRecipe } from '../histories/a-recipe.ts'
import { makeFakeSource, type FakeSource } from './fake-source.ts'
import { anArchiveRun, type WorldTaxon } from './archive-world.ts'

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
  /** Puts plain runs of *Shigella sonnei* into the archive. */
  put(...runs: string[]): void
  /** What the ledger holds. */
  verdicts(taxId?: number): Promise<Map<string, VerdictRow>>
  runRow(run: string): Promise<RunRow>
  deliveries(run: string): Promise<Selectable<DeliveriesTable>[]>
  lastCheck(): Promise<Selectable<ChecksTable>>
  /** What is open, as `subject id cause`. */
  attention(): Promise<string[]>
  /** Events of a run, or of anything else by its id. */
  eventsOf(subjectId: string): Promise<string[]>
  close(): Promise<void>
}

/** Accessions, one after the other. */
export function runNames(count: number): string[] {
  return Array.from({ length: count }, (_, place) => `ERR${900_001 + place}`)
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
    spend: noCaps,
    taxonDefaults: { ...defaultTaxonSettings, ...given.settings },
    recipes: new Map(['assemble', 'fetch'].map(name => [name, aRecipe(name)])),
    clock: now,
    newId: () => `d${String(++ids).padStart(4, '0')}`,
    effect: noEffectPoint,
    log: { say: () => undefined, warn: () => undefined },
  } as unknown as Deps
  const round = async () => [await pass(discoverStage, deps), await pass(filterStage, deps)]
  return {
    ...questionsTo(ledger),
    put: (...runs) => source.put(...runs.map(runAccession => anArchiveRun({ runAccession }))),
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
      const failures = (await round())
        .flatMap(report => report.failures)
        // How a check ends is for the test to say; everything else must not fail.
        .filter(failure => !/^the check of \d+ came to nothing/.test(failure.why))
      if (failures.length > 0) throw new Error(JSON.stringify(failures))
    },
    close: () => ledger.close(),
  }
}

function questionsTo({
  read,
}: Ledger): Pick<ArchiveRig, 'verdicts' | 'runRow' | 'deliveries' | 'lastCheck' | 'attention' | 'eventsOf'> {
  return {
    verdicts: async (taxId = 624) => {
      const rows = await read.selectFrom('verdicts').selectAll().where('tax_id', '=', taxId).orderBy('run_accession').execute()
      return new Map(rows.map(row => [row.run_accession, row]))
    },
    runRow: run => read.selectFrom('runs').selectAll().where('run_accession', '=', run).executeTakeFirstOrThrow(),
    deliveries: run => read.selectFrom('deliveries').selectAll().where('run_accession', '=', run).orderBy('id').execute(),
    lastCheck: () => read.selectFrom('checks').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow(),
    attention: async () => {
      const rows = await read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).orderBy('id').execute()
      return rows.map(row => `${row.subject} ${row.subject_id} ${row.cause}`)
    },
    eventsOf: async subjectId => {
      const rows = await read.selectFrom('events').select('event').where('subject_id', '=', subjectId).orderBy('id').execute()
      return rows.map(row => row.event)
    },
  }
}
