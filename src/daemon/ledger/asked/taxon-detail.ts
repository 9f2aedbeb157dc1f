import type { TaxonDetail } from '../../../api/taxa.ts'
import { applyOverrides, printSettings } from '../../../core/effective-settings.ts'
import { sayReach } from '../../../core/say-reach.ts'
import type { Reach, TaxonSettings } from '../../../core/taxon.ts'
import type { Reader } from '../ledger.ts'
import { knownTaxon } from '../requested/tracked-taxon.ts'
import { toTaxonRows } from './taxon-list.ts'

const checksShown = 10

/** Everything that is known of one taxon; `not-found` when it was never tracked. */
export async function taxonDetailOf(read: Reader, taxId: number, defaults: TaxonSettings): Promise<TaxonDetail> {
  const taxon = await knownTaxon(read, taxId)
  const [row] = await toTaxonRows(read, [taxon])
  if (row === undefined) throw new Error('a taxon has one row')
  const overrides = JSON.parse(taxon.settings_json) as Record<string, string>
  const inForce = printSettings(applyOverrides(defaults, overrides))
  return {
    ...row,
    addedAt: taxon.added_at,
    removedAt: taxon.removed_at,
    reach: sayReach(JSON.parse(taxon.reach_json) as Reach),
    settings: [
      { key: 'priority', value: String(taxon.priority), from: 'taxon' },
      { key: 'scope', value: taxon.scope, from: 'taxon' },
      ...inForce.map(({ key, value }) => ({ key, value, from: key in overrides ? ('taxon' as const) : ('default' as const) })),
    ],
    checks: await lastChecks(read, taxId),
  }
}

async function lastChecks(read: Reader, taxId: number): Promise<TaxonDetail['checks']> {
  const rows = await read
    .selectFrom('checks')
    .selectAll()
    .where('tax_id', '=', taxId)
    .orderBy('id', 'desc')
    .limit(checksShown)
    .execute()
  return rows.map(row => ({
    kind: row.kind,
    begunAt: row.begun_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    rowsSeen: row.rows_seen,
    newRuns: row.new_runs,
    changedRuns: row.changed_runs,
    goneRuns: row.gone_runs,
    why: row.why,
  }))
}
