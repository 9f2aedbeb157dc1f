import { accessionPrefix, isRunAccession } from '../../core/accession.ts'
import { Problem } from '../../core/problem.ts'

/*
 * Where things lie in the library, all relative to its folder:
 *
 *   incoming/<attempt>/<run>/            what rsync is filling
 *   incoming/<attempt>/.<run>.whole/     what has arrived, being proved
 *   runs/<prefix>/<run>/<delivery>/      proved, with its receipt; never changed again
 *   runs/<prefix>/<run>/<recipe>         → its newest delivery
 *   by-taxon/<tax id>/<run>              → runs/<prefix>/<run>/<recipe>
 */

const idPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const recipePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Refuses a run accession, delivery id or recipe name that could not be one name in the library. */
export function requireNames(run: { runAccession: string; deliveryId: string; recipe: string }): void {
  if (!isRunAccession(run.runAccession))
    throw new Problem('bad-input', `not a run accession: ${JSON.stringify(run.runAccession)}`)
  if (!idPattern.test(run.deliveryId)) throw new Problem('bad-input', `not a delivery id: ${JSON.stringify(run.deliveryId)}`)
  // Delivery and recipe are names in the same folder.
  if (!recipePattern.test(run.recipe) || run.recipe === run.deliveryId) {
    throw new Problem('bad-input', `a recipe of this name cannot be stored: ${JSON.stringify(run.recipe)}`)
  }
}

/** What transfers of one attempt leave half-way. */
export function incomingFolder(attemptId: string): string {
  if (!idPattern.test(attemptId)) throw new Problem('bad-input', `not an attempt id: ${JSON.stringify(attemptId)}`)
  return `incoming/${attemptId}`
}

/** What has arrived of one run and is being proved. */
export function wholeFolder(attemptId: string, runAccession: string): string {
  return `${incomingFolder(attemptId)}/.${runAccession}.whole`
}

/** All deliveries of one run. */
export function runFolder(runAccession: string): string {
  if (!isRunAccession(runAccession)) throw new Problem('bad-input', `not a run accession: ${JSON.stringify(runAccession)}`)
  return `runs/${accessionPrefix(runAccession)}/${runAccession}`
}

/** One delivery: its relative path in receipts and in the ledger. */
export function deliveryFolder(run: { runAccession: string; deliveryId: string }): string {
  return `${runFolder(run.runAccession)}/${run.deliveryId}`
}
