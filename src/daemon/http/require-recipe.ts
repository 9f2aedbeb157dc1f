import { recipeIdentity, type Keep } from '../../core/recipe.ts'
import type { TaxonSettings } from '../../core/taxon.ts'
import { Problem } from '../../core/problem.ts'
import type { RecipeNow } from '../ledger/requested/redo-runs.ts'
import type { DoorParts } from './door-parts.ts'

/** Refuses the name of a recipe that the settings do not know. */
export function requireRecipe(name: string | undefined, { recipes }: Pick<DoorParts, 'recipes'>): void {
  if (name === undefined || recipes.has(name)) return
  throw new Problem(
    'bad-input',
    `there is no recipe ${name}; there are ${[...recipes.keys()].join(', ')}. A section [recipes.${name}] in microfetch.toml makes one`,
  )
}

/** The recipe of these settings: what is kept by everything that keeps enough is as good. */
export function recipeNow(settings: TaxonSettings, { recipes }: Pick<DoorParts, 'recipes'>): RecipeNow {
  const known = recipes.get(settings.recipe)
  const keeps: Keep[] = settings.keep === 'both' ? ['both'] : [settings.keep, 'both']
  const identities = known === undefined ? [''] : keeps.map(keep => recipeIdentity(known.recipe, keep, known.projectCommit))
  return { recipe: settings.recipe, identities }
}
