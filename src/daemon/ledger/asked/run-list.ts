import { sql } from 'kysely'
import type { RunRow, RunState } from '../../../api/runs.ts'
import type { Reason } from '../../../core/reason.ts'
import type { DeliveryState } from '../../../core/delivery-state.ts'
import type { Reader } from '../ledger.ts'
import { letOthers } from '../let-others.ts'
import type { VerdictsTable } from '../tables.ts'
import { runStateOf } from './run-state.ts'

/** Which runs. */
export interface WhichRuns {
  taxId: number | undefined
  state: RunState | undefined
  reason: string | undefined
}

/** A place in the list: behind this run of this taxon. */
interface Key {
  runAccession: string
  taxId: number
}

/** So many verdicts are looked through in one statement: a rare state among a million runs must not stand in anybody's way. */
const windowRows = 20_000
/** So many windows for one page; then the page comes short, with the place to go on from. */
const windowsPerPage = 25

/** A page of runs in the order of their accessions. It may come short, even empty, and still have a next one. */
export async function runList(
  read: Reader,
  which: WhichRuns,
  page: { after: string | undefined; limit: number },
): Promise<{ rows: RunRow[]; next: string | null }> {
  const rows: RunRow[] = []
  let from = readKey(page.after)
  for (let window = 0; window < windowsPerPage; window++) {
    const until = await windowEnd(read, which, from)
    for (const row of await runsBetween(read, which, { from, until, limit: page.limit + 1 - rows.length })) {
      if (rows.length === page.limit) return { rows, next: keyText(rows.at(-1)) }
      rows.push(row)
    }
    if (until === undefined) return { rows, next: null }
    from = until
    await letOthers()
  }
  return { rows, next: from === undefined ? null : `${from.runAccession} ${from.taxId}` }
}

/** Every run, page by page. */
export async function* everyRun(read: Reader, which: WhichRuns): AsyncGenerator<RunRow> {
  let after: string | undefined
  do {
    const page: { rows: RunRow[]; next: string | null } = await runList(read, which, { after, limit: 1000 })
    yield* page.rows
    after = page.next ?? undefined
  } while (after !== undefined)
}

function readKey(text: string | undefined): Key | undefined {
  const [runAccession, taxId] = text?.split(' ') ?? []
  return runAccession === undefined ? undefined : { runAccession, taxId: Number(taxId ?? 0) }
}

function keyText(row: RunRow | undefined): string | null {
  return row === undefined ? null : `${row.runAccession} ${row.taxId}`
}

/** The last key of the next window; undefined when it reaches to the end. */
async function windowEnd(read: Reader, { taxId }: WhichRuns, from: Key | undefined): Promise<Key | undefined> {
  let query = read
    .selectFrom('verdicts as v')
    .select(['v.run_accession', 'v.tax_id'])
    .orderBy('v.run_accession')
    .orderBy('v.tax_id')
    .limit(1)
    .offset(windowRows - 1)
  if (taxId !== undefined) query = query.where('v.tax_id', '=', taxId)
  if (from !== undefined) query = query.where(behind(from))
  const end = await query.executeTakeFirst()
  return end && { runAccession: end.run_accession, taxId: end.tax_id }
}

function behind(key: Key) {
  return sql<boolean>`(v.run_accession, v.tax_id) > (${key.runAccession}, ${key.taxId})`
}

async function runsBetween(
  read: Reader,
  which: WhichRuns,
  { from, until, limit }: { from: Key | undefined; until: Key | undefined; limit: number },
): Promise<RunRow[]> {
  let query = read
    .selectFrom('verdicts as v')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .leftJoin('deliveries as d', 'd.id', 'v.delivery_id')
    .leftJoin('batches as b', 'b.id', 'd.batch_id')
    .leftJoin('receipts as rc', 'rc.delivery_id', 'd.id')
    .select(['v.run_accession', 'v.tax_id', 'v.verdict', 'v.reasons_json', 'v.skip', 'v.left_subtree_at', 'v.judged_at'])
    .select([
      'r.scientific_name',
      'r.first_public_on',
      'r.base_count',
      'r.fastq_bytes',
      'r.sample_accession',
      'r.study_accession',
      'r.changed_at',
    ])
    .select([
      'd.state as delivery_state',
      'd.reason as delivery_reason',
      'd.detail as delivery_detail',
      'd.recipe',
      'd.changed_at as delivery_changed_at',
    ])
    .select(['b.name as batch_name', 'rc.relative_path'])
    .orderBy('v.run_accession')
    .orderBy('v.tax_id')
    .limit(limit)
    .where(couldBe(which.state))
  if (which.taxId !== undefined) query = query.where('v.tax_id', '=', which.taxId)
  if (which.reason !== undefined) query = query.where(hasReason(which.reason))
  if (from !== undefined) query = query.where(behind(from))
  if (until !== undefined)
    query = query.where(sql<boolean>`(v.run_accession, v.tax_id) <= (${until.runAccession}, ${until.taxId})`)
  return (await query.execute()).map(toRow)
}

/** The same decision as `runStateOf`, in SQL: a test walks through every case and compares the two. */
export const stateInSql = sql<RunState>`case
  when d.state = 'batched' then 'batched'
  when v.skip is not null and coalesce(d.state, '') not in ('delivered', 'held') then 'skipped'
  when v.reasons_json like '%"RUN_WITHDRAWN"%' and coalesce(d.state, '') not in ('delivered', 'held') then 'withdrawn'
  when v.left_subtree_at is not null then 'excluded'
  when v.verdict = 'rejected' and not (coalesce(d.state, '') in ('delivered', 'held') and v.reasons_json like '%"RUN_WITHDRAWN"%') then 'excluded'
  when d.state is not null and d.state <> 'dropped' then d.state
  when v.verdict in ('unjudged', 'waiting') then v.verdict
  else coalesce(d.state, 'accepted') end`

function couldBe(state: RunState | undefined) {
  return state === undefined ? sql<boolean>`1 = 1` : sql<boolean>`(${stateInSql}) = ${state}`
}

function hasReason(code: string) {
  const quoted = `%"${code}"%`
  return sql<boolean>`(v.reasons_json like ${quoted} or d.reason = ${code} or (${code} = 'USER_SKIP' and v.skip is not null))`
}

interface StoredRun {
  run_accession: string
  tax_id: number
  verdict: VerdictsTable['verdict']
  reasons_json: string
  skip: string | null
  left_subtree_at: string | null
  scientific_name: string
  first_public_on: string
  base_count: number | null
  fastq_bytes: number
  sample_accession: string
  study_accession: string
  changed_at: string
  judged_at: string | null
  delivery_state: DeliveryState | null
  delivery_reason: string | null
  delivery_detail: string | null
  delivery_changed_at: string | null
  recipe: string | null
  batch_name: string | null
  relative_path: string | null
}

function toRow(row: StoredRun): RunRow {
  const verdictReasons = JSON.parse(row.reasons_json) as Reason[]
  const state = runStateOf({
    verdict: row.verdict,
    isSkipped: row.skip !== null,
    hasLeftSubtree: row.left_subtree_at !== null,
    isWithdrawn: verdictReasons.some(reason => reason.code === 'RUN_WITHDRAWN'),
    delivery: row.delivery_state,
  })
  const reasons = reasonsShown(state, verdictReasons, row)
  return {
    runAccession: row.run_accession,
    taxId: row.tax_id,
    scientificName: row.scientific_name,
    state,
    reason: reasons.map(reason => reason.code).join(','),
    detail: reasons
      .map(reason => reason.detail)
      .filter(detail => detail !== '')
      .join('; '),
    firstPublicOn: row.first_public_on,
    baseCount: row.base_count,
    fastqBytes: row.fastq_bytes,
    sampleAccession: row.sample_accession,
    studyAccession: row.study_accession,
    recipe: row.recipe ?? '',
    batch: state === 'batched' ? (row.batch_name ?? '') : '',
    path: row.relative_path ?? '',
    changedAt: [row.changed_at, row.judged_at ?? '', row.delivery_changed_at ?? ''].sort().at(-1) ?? row.changed_at,
  }
}

/** The reasons that explain this state; older ones that no longer decide are left to `why`. */
function reasonsShown(state: RunState, verdictReasons: readonly Reason[], row: StoredRun): { code: string; detail: string }[] {
  if (state === 'skipped') return [{ code: 'USER_SKIP', detail: row.skip ?? '' }]
  if ((state === 'failed' || state === 'dropped') && row.delivery_reason !== null)
    return [{ code: row.delivery_reason, detail: row.delivery_detail ?? '' }]
  if (state === 'excluded' && verdictReasons.length === 0 && row.left_subtree_at !== null)
    return [{ code: 'META_SUBTREE', detail: `since ${row.left_subtree_at}` }]
  return [...verdictReasons]
}
