import type { RunAccession } from '../../../core/accession.ts'
import { writeEvent } from '../events.ts'
import type { Ledger, Reader, Tx } from '../ledger.ts'
import type { Cause } from '../move-state.ts'
import { wholeRuns } from './whole-runs.ts'

/** The recipe by which a taxon's runs are made now: its name, and the identities that are as good as it. */
export interface RecipeNow {
  recipe: string
  identities: readonly string[]
}

/** A run at home that may be made again. */
export interface Redoable {
  runAccession: RunAccession
  taxId: number
  /** Its files as the archive has them now. */
  revision: string
  bytes: number
}

/** Which runs at home: those of a taxon that another recipe made, or the ones that a person names. */
export type WhichRedo = { kind: 'taxon'; taxId: number; now: RecipeNow } | { kind: 'runs'; runs: readonly RunAccession[] }

const runsAtOnce = 500

async function redoableRows(read: Reader, which: WhichRedo, after: string) {
  let query = read
    .selectFrom('verdicts as v')
    .innerJoin('deliveries as d', 'd.id', 'v.delivery_id')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['v.run_accession', 'v.tax_id', 'r.revision', 'r.fastq_bytes'])
    .where('d.state', '=', 'delivered')
    .where('v.verdict', '=', 'accepted')
    .where('t.state', '=', 'tracked')
    .where('r.archive_state', '=', 'public')
    .where('r.revision', 'is not', null)
    .where('v.run_accession', '>', after)
    .orderBy('v.run_accession')
    .orderBy('v.tax_id')
    .limit(runsAtOnce)
  if (which.kind === 'runs') query = query.where('v.run_accession', 'in', [...which.runs])
  else {
    const { taxId, now } = which
    query = query
      .where('v.tax_id', '=', taxId)
      .where(eb => eb.not(eb.and([eb('d.recipe', '=', now.recipe), eb('d.recipe_identity', 'in', [...now.identities])])))
  }
  return query.execute()
}

/** How many runs a redo of a taxon would make again, and how many bytes it would fetch. */
export async function sizeOfRedo(read: Reader, taxId: number, now: RecipeNow): Promise<{ runs: number; bytes: number }> {
  const size = { runs: 0, bytes: 0 }
  for await (const page of redoPages(read, { kind: 'taxon', taxId, now })) {
    size.runs += page.length
    size.bytes += page.reduce((sum, run) => sum + run.bytes, 0)
  }
  return size
}

/** The same, page by page. */
export async function* redoPages(read: Reader, which: WhichRedo): AsyncGenerator<Redoable[]> {
  let after = ''
  for (;;) {
    const { rows, last } = wholeRuns(await redoableRows(read, which, after), runsAtOnce)
    const runs = rows.flatMap(row => {
      const { run_accession: run, tax_id: taxId, revision, fastq_bytes: bytes } = row
      return revision === null ? [] : [{ runAccession: run as RunAccession, taxId, revision, bytes }]
    })
    if (runs.length > 0) yield runs
    if (last) return
    after = rows.at(-1)?.run_accession ?? after
  }
}

/**
 * Owes runs anew that are delivered: a new delivery of each, to which the taxon's wish points from now on; the earlier one stays.
 * One that another taxon opened meanwhile is joined.
 */
export async function redoRuns(
  ledger: Ledger,
  runs: readonly Redoable[],
  recipeOf: ReadonlyMap<number, string>,
  newId: () => string,
  cause: Cause,
): Promise<void> {
  await ledger.write(async tx => {
    for (const run of runs) {
      const recipe = recipeOf.get(run.taxId)
      if (recipe !== undefined) await redoOne(tx, run, recipe, newId, cause)
    }
  })
}

async function redoOne(tx: Tx, run: Redoable, recipe: string, newId: () => string, cause: Cause): Promise<void> {
  const open = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('run_accession', '=', run.runAccession)
    .where('recipe', '=', recipe)
    .where('state', 'in', ['wanted', 'batched'])
    .executeTakeFirst()
  const id = open?.id ?? newId()
  if (open === undefined) {
    const at = cause.at.toISOString()
    await tx
      .insertInto('deliveries')
      .values({
        id,
        run_accession: run.runAccession,
        revision: run.revision,
        recipe,
        recipe_identity: null,
        state: 'wanted',
        charged_tax_id: run.taxId,
        batch_id: null,
        strikes: 0,
        alone: 0,
        memory_step: 0,
        reason: null,
        detail: '',
        wanted_at: at,
        changed_at: at,
      })
      .execute()
    await writeEvent(tx, { subject: 'delivery', subjectId: id, event: 'want', to: 'wanted' }, { ...cause, taxId: run.taxId })
  }
  await tx
    .updateTable('verdicts')
    .set({ delivery_id: id })
    .where('tax_id', '=', run.taxId)
    .where('run_accession', '=', run.runAccession)
    .execute()
}
