import { waitingDays } from '../../../core/backoff.ts'
import { judgeRun, type Verdict } from '../../../core/filters/judge-run.ts'
import { oweRun, type Wish } from '../../../core/owing.ts'
import type { Deps } from '../../deps.ts'
import type { Tx } from '../../ledger/ledger.ts'
import type { Cause } from '../../ledger/move-state.ts'
import { oweLinks } from '../../ledger/links-owed.ts'
import { carryOut, deliveriesOfRuns, type OwedForRun } from '../../ledger/owed.ts'
import { runsToJudge, shelveRuns, type JudgedRun } from '../../ledger/runs.ts'
import { markTaxaStale } from '../../ledger/stale-files.ts'
import { judgeUnder } from '../../ledger/walks.ts'
import { verdictsOfRuns, writeVerdicts, type JudgedVerdict, type VerdictRow } from '../../ledger/verdicts.ts'
import { judgingTaxa, type JudgingTaxon } from './judging-taxa.ts'
import { JudgedCounts } from './judged-counts.ts'

/** What one page comes to, before it is written. */
interface Outcome {
  verdicts: JudgedVerdict[]
  owed: OwedForRun[]
  looks: { runAccession: string; at: string }[]
  /** Of taxa that want what is at home already. */
  links: { taxId: number; runAccession: string; deliveryId: string }[]
  counts: JudgedCounts
  /** Taxa whose files no longer show what the ledger knows. */
  stale: Set<number>
}

/** So many are in memory at once: they are forgotten while they are young, which keeps the daemon small. */
const runsInMemory = 250

/**
 * Judges these runs for every taxon that knows them, and writes what is owed for them: a run's taxa are always looked at together, as
 * they share its deliveries. Only rows that change are written.
 */
export async function judgePage(tx: Tx, accessions: readonly string[], deps: Deps): Promise<void> {
  const counts = new JudgedCounts()
  for (let from = 0; from < accessions.length; from += runsInMemory) {
    await judgeSome(tx, accessions.slice(from, from + runsInMemory), counts, deps)
  }
  await counts.write(tx, { at: deps.clock(), why: 'judged', byWhom: 'filter' })
}

async function judgeSome(tx: Tx, accessions: readonly string[], counts: JudgedCounts, deps: Deps): Promise<void> {
  const at = deps.clock()
  const runs = await runsToJudge(tx, accessions)
  const byRun = Map.groupBy(await verdictsOfRuns(tx, accessions), row => row.run_accession)
  const deliveries = await deliveriesOfRuns(tx, accessions)
  const taxa = await judgingTaxa(tx, [...new Set([...byRun.values()].flat().map(row => row.tax_id))], deps)
  await noteStandings(tx, taxa.values())
  const outcome: Outcome = { verdicts: [], owed: [], looks: [], links: [], counts, stale: new Set() }
  for (const [runAccession, rows] of byRun) {
    const judged = runs.get(runAccession)
    if (judged === undefined) continue
    const verdicts = rows.map(row => judgeOne(row, judged, taxa.get(row.tax_id), outcome.counts))
    const wishes = verdicts.flatMap(({ row, kind }) => toWish(row, kind, taxa.get(row.tax_id)))
    const run = { revision: judged.revision, isWithdrawn: judged.run.archiveState === 'withdrawn' }
    const known = deliveries.get(runAccession) ?? []
    const owed = oweRun(run, wishes, known, deps.newId)
    if (owed.actions.length > 0) outcome.owed.push({ runAccession, actions: owed.actions })
    const atHome = new Set(known.filter(({ state }) => state === 'delivered').map(({ id }) => id))
    for (const { taxId, deliveryId } of owed.pointers) {
      if (deliveryId !== null && atHome.has(deliveryId)) outcome.links.push({ taxId, deliveryId, runAccession })
    }
    const pointers = new Map(owed.pointers.map(({ taxId, deliveryId }) => [taxId, deliveryId]))
    for (const verdict of verdicts) collect(outcome, verdict, pointers.get(verdict.row.tax_id), at)
    shelve(
      outcome,
      judged,
      verdicts.map(({ kind }) => kind),
      deps,
    )
  }
  await write(tx, outcome, { at, why: 'judged', byWhom: 'filter' }, deps)
}

async function noteStandings(tx: Tx, taxa: Iterable<JudgingTaxon>): Promise<void> {
  for (const { measure, before, standing } of taxa) if (measure !== undefined) await judgeUnder(tx, before, standing)
}

interface JudgedRow {
  row: VerdictRow
  kind: VerdictRow['verdict']
  reasonsJson: string
  filterSet: string
}

function judgeOne(row: VerdictRow, judged: JudgedRun, taxon: JudgingTaxon | undefined, counts: JudgedCounts): JudgedRow {
  if (taxon?.measure === undefined) return { row, kind: 'unjudged', reasonsJson: row.reasons_json, filterSet: row.filter_set }
  if (row.verdict !== 'unjudged' && row.filter_set === taxon.filterSet) {
    return { row, kind: row.verdict, reasonsJson: row.reasons_json, filterSet: row.filter_set }
  }
  const leftSubtreeOn = row.left_subtree_at?.slice(0, 10)
  const verdict = judgeRun({ ...judged.run, leftSubtreeOn }, taxon.measure)
  const reasonsJson = reasonsOf(verdict)
  counts.add(row, verdict.kind, { reasonsJson, filterSet: taxon.filterSet })
  return { row, kind: verdict.kind, reasonsJson, filterSet: taxon.filterSet }
}

function reasonsOf(verdict: Verdict): string {
  return verdict.kind === 'accepted' ? '[]' : JSON.stringify(verdict.reasons)
}

function toWish(row: VerdictRow, verdict: VerdictRow['verdict'], taxon: JudgingTaxon | undefined): Wish[] {
  if (taxon === undefined) return []
  return [{ taxId: row.tax_id, verdict, isSkipped: row.skip !== null, deliveryId: row.delivery_id, asking: taxon.asking }]
}

function collect(
  outcome: Outcome,
  { row, kind, reasonsJson, filterSet }: JudgedRow,
  pointer: string | null | undefined,
  at: Date,
): void {
  const isSame = kind === row.verdict && reasonsJson === row.reasons_json && filterSet === row.filter_set
  if (isSame && pointer === undefined) return
  outcome.verdicts.push({
    taxId: row.tax_id,
    runAccession: row.run_accession,
    verdict: kind,
    reasonsJson,
    filterSet,
    judgedAt: isSame && row.judged_at !== null ? row.judged_at : at.toISOString(),
    deliveryId: pointer === undefined ? row.delivery_id : pointer,
  })
  outcome.stale.add(row.tax_id)
}

const dayMs = 86_400_000

/** A run that some taxon waits for is looked at again, as long as the shelf has days left for it. */
function shelve(outcome: Outcome, judged: JudgedRun, kinds: readonly VerdictRow['verdict'][], deps: Deps): void {
  if (judged.waitingSince === null || judged.nextLookAt !== null || !kinds.includes('waiting')) return
  const days = waitingDays(judged.waitingLooks, deps.policy.waitingDays)
  if (days === undefined) return
  const at = new Date(Date.parse(judged.waitingSince) + days * dayMs).toISOString()
  outcome.looks.push({ runAccession: judged.run.runAccession, at })
}

async function write(tx: Tx, outcome: Outcome, cause: Cause, { ledger }: Deps): Promise<void> {
  await carryOut(ledger, tx, outcome.owed, cause)
  writeVerdicts(ledger, outcome.verdicts)
  shelveRuns(ledger, outcome.looks)
  oweLinks(ledger, outcome.links)
  await markTaxaStale(tx, [...outcome.stale], { metadata: false })
}
