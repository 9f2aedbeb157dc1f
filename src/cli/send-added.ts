import type * as v from 'valibot'
import type { Client } from '../api/client.ts'
import { addTaxa, mostAdded, type AddedTaxon } from '../api/taxa.ts'
import type { CliContext } from './cli-context.ts'

/** What is asked of every taxon. */
export type AddRequest = Omit<v.InferInput<(typeof addTaxa)['body']>, 'asked'>

/** What became of each. */
export interface Added {
  taxa: AddedTaxon[]
  /** What the hours rest on. */
  hoursFrom: string
}

// Few enough for one request to answer within seconds, so that there is something to see meanwhile.
const atOnce = Math.min(mostAdded, 5)

/** Asks for any number of taxa, some at a time. */
export async function sendAdded(
  context: CliContext,
  client: Client,
  names: readonly string[],
  request: AddRequest,
): Promise<Added> {
  const added: Added = { taxa: [], hoursFrom: '' }
  for (let begin = 0; begin < names.length; begin += atOnce) {
    context.screen.progress(`${request.dryRun ? 'Looking up' : 'Adding'} ${begin + 1} of ${names.length}…`)
    const { taxa, hoursFrom } = await client.ask(addTaxa, { body: { ...request, asked: names.slice(begin, begin + atOnce) } })
    added.taxa.push(...taxa.map(taxon => (isNamedBefore(taxon, added.taxa) ? { ...taxon, outcome: 'twice' as const } : taxon)))
    added.hoursFrom = hoursFrom
  }
  context.screen.progressDone()
  return added
}

/** One request sees doubles in itself alone; over several of them they are seen here. */
function isNamedBefore(taxon: AddedTaxon, before: readonly AddedTaxon[]): boolean {
  if (taxon.resolvedTaxId === null || taxon.outcome === 'twice') return false
  return before.some(other => other.resolvedTaxId === taxon.resolvedTaxId)
}
