import { recipeIdentity, type Keep } from '../../../core/recipe.ts'
import { Problem } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { batchNames } from '../../ledger/asked/batch-names.ts'
import { closeAttention, openAttention, type Need } from '../../ledger/attention.ts'
import { takeBatch } from '../../ledger/batches.ts'
import { resolveDelivery } from '../../ledger/deliveries.ts'
import { moveBatch } from '../../ledger/move-state.ts'
import { closeAttemptsOf } from '../../ledger/attempts.ts'
import type { Action } from './plan.ts'

const byWhom = 'batch'
const recipeMissing = 'recipe-missing'

/** Does one action: one transaction each. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const { ledger } = deps
  const at = deps.clock()
  switch (action.kind) {
    case 'settle':
      await ledger.write(async tx => {
        const cause = { at, why: 'nothing in it is left to do', byWhom }
        if (await moveBatch(tx, action.batchId, { seen: action.seen, event: 'settle' }, cause))
          await closeAttemptsOf(tx, action.batchId, cause)
      })
      return
    case 'resolve': {
      const delivery = { id: action.deliveryId, runAccession: action.runAccession }
      const cause = { at, why: 'not done by its attempt', byWhom, taxId: action.chargedTaxId }
      await ledger.write(tx => resolveDelivery(tx, delivery, action.resolution, cause))
      return
    }
    case 'recipe-missing':
      await ledger.write(tx => openAttention(tx, toNeed(action), at, byWhom))
      return
    case 'recipe-back': {
      const how = { at, resolution: 'the settings have the recipe that it asks for', byWhom }
      await ledger.write(tx =>
        closeAttention(tx, { subject: 'taxon', subjectId: String(action.taxId), cause: recipeMissing }, how),
      )
      return
    }
    case 'take':
      await take(action, deps, at)
      return
  }
}

function toNeed({ taxId, recipe }: Extract<Action, { kind: 'recipe-missing' }>): Need {
  const evidence = `it asks for the recipe "${recipe}", and the settings have none of that name: add [recipes.${recipe}] to microfetch.toml, or set another one`
  return { subject: 'taxon', subjectId: String(taxId), cause: recipeMissing, evidence, tried: 'its runs wait' }
}

async function take(action: Extract<Action, { kind: 'take' }>, deps: Deps, at: Date): Promise<void> {
  const known = deps.recipes.get(action.recipe)
  if (known === undefined)
    throw new Problem(
      'refused',
      `no recipe is called "${action.recipe}": add [recipes.${action.recipe}] to microfetch.toml, or set another one`,
    )
  const identity = recipeIdentity(known.recipe, action.keep as Keep, known.projectCommit)
  const batch = { ...action, id: deps.newId(), recipeIdentity: identity }
  const taken = await deps.ledger.write(tx =>
    takeBatch(tx, batch, { at, why: 'packed into a batch', byWhom, taxId: action.chargedTaxId }),
  )
  if (taken === 0) return
  const name = (await batchNames(deps.ledger.read, [batch.id])).get(batch.id)
  deps.log.say('batch made', { taxId: action.chargedTaxId, batch: name ?? batch.id, runs: taken, recipe: action.recipe })
}
