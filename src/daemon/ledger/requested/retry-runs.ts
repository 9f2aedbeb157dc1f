import type { RunAccession } from '../../../core/accession.ts'
import { writeEvent } from '../events.ts'
import type { Ledger, Reader, Tx } from '../ledger.ts'
import { moveDelivery, type Cause } from '../move-state.ts'
import { markUnjudged, setSkip } from '../verdicts.ts'
import { wholeRuns } from './whole-runs.ts'

/** A run with something to retry: failed deliveries of its files as they are now, a person's skip, or both. */
export interface Retryable {
  runAccession: RunAccession
  failed: string[]
  isSkipped: boolean
  bytes: number
}

/** Which runs: all failed or skipped ones of a taxon, or the ones that a person names. */
export type WhichRetry = { kind: 'taxon'; taxId: number } | { kind: 'runs'; runs: readonly RunAccession[] }

const runsAtOnce = 500

/** Runs that a retry would owe again, page by page in the order of their accessions. */
export async function* retryPages(read: Reader, which: WhichRetry): AsyncGenerator<Retryable[]> {
  let after = ''
  for (;;) {
    const { rows, last } = wholeRuns(await retryableRows(read, which, after), runsAtOnce)
    const runs = gather(rows)
    if (runs.length > 0) yield runs
    if (last) return
    after = rows.at(-1)?.run_accession ?? after
  }
}

function gather(rows: readonly RetryableRow[]): Retryable[] {
  const runs = new Map<string, Retryable>()
  for (const row of rows) {
    const run = runs.get(row.run_accession) ?? {
      runAccession: row.run_accession as RunAccession,
      failed: [],
      isSkipped: false,
      bytes: row.fastq_bytes,
    }
    if (row.delivery_id !== null && row.state === 'failed' && !run.failed.includes(row.delivery_id))
      run.failed.push(row.delivery_id)
    if (row.skip !== null) run.isSkipped = true
    runs.set(row.run_accession, run)
  }
  return [...runs.values()]
}

type RetryableRow = Awaited<ReturnType<typeof retryableRows>>[number]

async function retryableRows(read: Reader, which: WhichRetry, after: string) {
  let query = read
    .selectFrom('verdicts as v')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .leftJoin('deliveries as d', 'd.id', 'v.delivery_id')
    .select(['v.run_accession', 'v.delivery_id', 'v.skip', 'd.state', 'r.fastq_bytes'])
    .where('t.state', '=', 'tracked')
    .where('v.run_accession', '>', after)
    .where(eb => eb.or([eb('v.skip', 'is not', null), eb.and([eb('d.state', '=', 'failed'), eb('v.verdict', '=', 'accepted')])]))
    .orderBy('v.run_accession')
    .limit(runsAtOnce)
  if (which.kind === 'taxon') query = query.where('v.tax_id', '=', which.taxId)
  else query = query.where('v.run_accession', 'in', [...which.runs])
  return query.execute()
}

/** Why a run that a person named cannot be retried, in words. */
export async function whyNotRetried(read: Reader, run: RunAccession): Promise<string> {
  const rows = await read
    .selectFrom('verdicts as v')
    .leftJoin('deliveries as d', 'd.id', 'v.delivery_id')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['v.verdict', 'd.state', 't.state as taxon_state'])
    .where('v.run_accession', '=', run)
    .execute()
  if (rows.length === 0) return 'it was never seen'
  if (rows.every(row => row.taxon_state !== 'tracked')) return 'no tracked taxon wants it'
  const states = rows.map(row => row.state)
  if (states.includes('delivered') || states.includes('held')) return 'it is delivered; --delivered makes it again'
  if (states.includes('wanted') || states.includes('batched')) return 'it is owed or being worked on already'
  return rows.some(row => row.verdict === 'accepted') ? 'it did not fail' : 'it is not accepted: see "microfetch why"'
}

/** Owes runs again: failed deliveries are wanted, a person's skip is taken back; strikes and reasons begin anew. */
export async function retryRunRows(ledger: Ledger, runs: readonly Retryable[], cause: Cause): Promise<void> {
  await ledger.write(async tx => {
    for (const run of runs) await retryOne(tx, run, cause)
  })
}

async function retryOne(tx: Tx, run: Retryable, cause: Cause): Promise<void> {
  for (const id of run.failed) {
    // A superseded one is left to owing: the files of now are owed instead.
    const delivery = await tx
      .selectFrom('deliveries as d')
      .innerJoin('runs as r', 'r.run_accession', 'd.run_accession')
      .select(['d.revision', 'd.recipe', 'd.charged_tax_id', 'r.revision as run_revision'])
      .where('d.id', '=', id)
      .executeTakeFirst()
    if (
      delivery === undefined ||
      delivery.revision !== delivery.run_revision ||
      (await hasOpen(tx, run.runAccession, delivery.recipe))
    )
      continue
    await moveDelivery(
      tx,
      id,
      { seen: 'failed', event: 'retry' },
      { ...cause, taxId: delivery.charged_tax_id },
      { reason: null, detail: '', strikes: 0, alone: 0, batch_id: null },
    )
  }
  if (run.isSkipped) {
    await setSkip(tx, run.runAccession, null)
    await writeEvent(tx, { subject: 'run', subjectId: run.runAccession, event: 'skip taken back' }, cause)
  }
  await markUnjudged(tx, run.runAccession)
}

async function hasOpen(tx: Tx, run: string, recipe: string): Promise<boolean> {
  const open = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('run_accession', '=', run)
    .where('recipe', '=', recipe)
    .where('state', 'in', ['wanted', 'batched'])
    .executeTakeFirst()
  return open !== undefined
}
