import type { KnownDelivery, OwedAction } from '../../core/owing.ts'
import { anyRecipe } from '../../core/recipe.ts'
import type { Ledger, Reader, Tx } from './ledger.ts'
import { moveDelivery, type Cause } from './move-state.ts'

/** The deliveries of these runs, by run, the oldest first. */
export async function deliveriesOfRuns(read: Reader, runs: readonly string[]): Promise<Map<string, KnownDelivery[]>> {
  const found = new Map<string, KnownDelivery[]>()
  if (runs.length === 0) return found
  const rows = await read
    .selectFrom('deliveries')
    .select(['id', 'run_accession', 'revision', 'recipe', 'recipe_identity', 'state', 'charged_tax_id', 'reason'])
    .where('run_accession', 'in', runs)
    .orderBy('wanted_at')
    .orderBy('id')
    .execute()
  for (const row of rows) {
    const known = { id: row.id, revision: row.revision, recipe: row.recipe, identity: row.recipe_identity, state: row.state }
    const delivery = { ...known, chargedTaxId: row.charged_tax_id, reason: row.reason }
    const others = found.get(row.run_accession)
    if (others === undefined) found.set(row.run_accession, [delivery])
    else others.push(delivery)
  }
  return found
}

/** What is to be done for one run so that what is owed stands there. */
export interface OwedForRun {
  runAccession: string
  actions: readonly OwedAction[]
}

/**
 * Carries out what owing decided. A delivery that is made leaves no event: that it is wanted, and since when, stands in its row, and a
 * first listing makes hundreds of thousands at once. Whatever moves afterwards leaves one.
 */
export async function carryOut(ledger: Ledger, tx: Tx, owed: readonly OwedForRun[], cause: Cause): Promise<void> {
  const made: NewDelivery[] = []
  for (const { runAccession, actions } of owed) {
    for (const action of actions) {
      if (action.kind === 'new') made.push({ ...action, runAccession })
      else await carryOutOne(tx, action, cause)
    }
  }
  insertWanted(ledger, made, cause.at)
}

async function carryOutOne(tx: Tx, action: Exclude<OwedAction, { kind: 'new' }>, cause: Cause): Promise<void> {
  switch (action.kind) {
    case 'drop': {
      const { reason, detail } = action
      const why = `${reason} ${detail}`.trim()
      await moveDelivery(
        tx,
        action.id,
        { seen: action.seen, event: 'drop' },
        { ...cause, why },
        { reason, detail, batch_id: null },
      )
      return
    }
    case 'revive': {
      const taxId = action.chargedTaxId
      const set = { reason: null, detail: '', strikes: 0, alone: 0, charged_tax_id: taxId }
      await moveDelivery(tx, action.id, { seen: 'dropped', event: 'want' }, { ...cause, why: 'wanted again', taxId }, set)
      return
    }
    case 'charge':
      await tx
        .updateTable('deliveries')
        .set({ charged_tax_id: action.chargedTaxId })
        .where('id', '=', action.id)
        .where('state', '=', 'wanted')
        .execute()
      return
    case 'describe':
      await tx
        .updateTable('deliveries')
        .set({ revision: action.revision })
        .where('id', '=', action.id)
        .where('state', '=', 'held')
        .execute()
      return
  }
}

interface NewDelivery {
  id: string
  runAccession: string
  revision: string
  recipe: string
  chargedTaxId: number | null
}

const insertOne = `insert into deliveries (id, run_accession, revision, recipe, recipe_identity, state, charged_tax_id, batch_id, strikes, alone,
  memory_step, reason, detail, wanted_at, changed_at) values (?, ?, ?, ?, null, ?, ?, null, 0, 0, 0, null, '', ?, ?)`

function insertWanted(ledger: Ledger, made: readonly NewDelivery[], at: Date): void {
  const now = at.toISOString()
  ledger.runMany(
    insertOne,
    made.values().map(one => [one.id, one.runAccession, one.revision, one.recipe, 'wanted', one.chargedTaxId, now, now]),
  )
}

/** Writes down runs that the group already holds: satisfied from the start, by every recipe. Inside a write only. */
export function insertHeld(
  ledger: Ledger,
  held: readonly { id: string; runAccession: string; revision: string }[],
  at: Date,
): void {
  const now = at.toISOString()
  ledger.runMany(
    insertOne,
    held.values().map(one => [one.id, one.runAccession, one.revision, anyRecipe, 'held', null, now, now]),
  )
}
