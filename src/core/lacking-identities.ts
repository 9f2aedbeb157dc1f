import { recipeIdentity, type Keep, type Recipe } from './recipe.ts'

/** What is kept without all that was asked for. */
const lessThan: Record<Keep, readonly Keep[]> = { both: ['reads', 'assembly'], reads: ['assembly'], assembly: ['reads'] }

/**
 * Identities of results of this very recipe that lack some of what a taxon keeps. Results of other versions of it are not among them:
 * a new version satisfies nobody who has the old one, until a person asks.
 */
export function lackingIdentities(recipe: Recipe, keep: Keep, projectCommit: string): string[] {
  return lessThan[keep].map(less => recipeIdentity(recipe, less, projectCommit))
}
