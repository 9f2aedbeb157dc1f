import { sql } from 'kysely'
import type { WorkPlan } from '../../../api/plan.ts'
import type { Reader } from '../ledger.ts'
import { whatHolds } from '../requested/tracked-taxon.ts'

/** Which taxon is asked about; undefined: all of them. */
type About = number | undefined

const mostChecks = 50

/** The next checks, the first one first: of taxa that nothing holds back. */
export async function checksAhead(read: Reader, about: About, now: Date, fullCheckDays: number): Promise<WorkPlan['checks']> {
  let query = read
    .selectFrom('taxa')
    .select(['tax_id', 'scientific_name', 'next_check_at', 'full_check_wanted', 'last_full_check'])
    .where('state', '=', 'tracked')
    .where('paused', '=', 0)
    .where('tax_id', 'not in', eb =>
      eb
        .selectFrom('attention')
        .select(sql<number>`cast(subject_id as integer)`.as('tax_id'))
        .where('subject', '=', 'taxon')
        .where('resolved_at', 'is', null),
    )
    .orderBy('next_check_at')
    .limit(mostChecks)
  if (about !== undefined) query = query.where('tax_id', '=', about)
  const fullBefore = new Date(now.getTime() - fullCheckDays * 86_400_000).toISOString()
  return (await query.execute()).map(taxon => ({
    taxId: taxon.tax_id,
    scientificName: taxon.scientific_name,
    kind:
      taxon.full_check_wanted === 1 || taxon.last_full_check === null || taxon.last_full_check < fullBefore
        ? 'full'
        : 'incremental',
    at: taxon.next_check_at,
  }))
}

/** Verdicts that are still to be made. */
export async function unjudgedAhead(read: Reader, about: About): Promise<number> {
  let query = read
    .selectFrom('verdicts as v')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('v.verdict', '=', 'unjudged')
    .where('t.state', '=', 'tracked')
  if (about !== undefined) query = query.where('v.tax_id', '=', about)
  return (await query.executeTakeFirstOrThrow()).count
}

/** What is owed and not begun, taxon by taxon; a run that several taxa want is counted for each of them. */
export async function wantedByTaxon(
  read: Reader,
  about: About,
): Promise<{ taxId: number; scientificName: string; runs: number; why: string }[]> {
  let query = read
    .selectFrom('deliveries as d')
    .innerJoin('verdicts as v', join => join.onRef('v.run_accession', '=', 'd.run_accession').onRef('v.delivery_id', '=', 'd.id'))
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['t.tax_id', 't.scientific_name', 't.paused', 't.state', eb => eb.fn.countAll<number>().as('runs')])
    .where('d.state', '=', 'wanted')
    .groupBy(['t.tax_id', 't.scientific_name', 't.paused', 't.state'])
  if (about !== undefined) query = query.where('t.tax_id', '=', about)
  const found = []
  for (const row of await query.execute())
    found.push({ taxId: row.tax_id, scientificName: row.scientific_name, runs: row.runs, why: await whatHolds(read, row) })
  return found
}

/** What is owed and not begun, each run once. */
export async function wantedAhead(read: Reader, about: About): Promise<WorkPlan['wanted']> {
  let query = read
    .selectFrom('deliveries as d')
    .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
    .select([
      sql<number>`count(*)`.as('runs'),
      sql<number>`coalesce(sum(r.fastq_bytes), 0)`.as('bytes'),
      sql<number>`coalesce(sum(r.base_count), 0)`.as('bases'),
    ])
    .where('d.state', '=', 'wanted')
  if (about !== undefined) {
    query = query.where(eb =>
      eb.exists(
        eb
          .selectFrom('verdicts as v')
          .select('v.tax_id')
          .where('v.tax_id', '=', about)
          .whereRef('v.run_accession', '=', 'd.run_accession')
          .whereRef('v.delivery_id', '=', 'd.id'),
      ),
    )
  }
  return query.executeTakeFirstOrThrow()
}

/** Names of taxa, for what only knows their ids. */
export async function taxonNames(read: Reader, taxIds: readonly number[]): Promise<Map<number, string>> {
  if (taxIds.length === 0) return new Map()
  const rows = await read
    .selectFrom('taxa')
    .select(['tax_id', 'scientific_name'])
    .where('tax_id', 'in', [...taxIds])
    .execute()
  return new Map(rows.map(row => [row.tax_id, row.scientific_name]))
}
