import type { RunAccession } from '../../../core/accession.ts'
import type { Source } from '../../sources/source.ts'

/** So many known runs are looked up one by one; a larger taxon that answers with nothing is not believed at all. */
const atMost = 20

/**
 * Why a full listing without a single run is not believed; undefined when the archive says the same of every run we know of the taxon,
 * asked for one by one (or when we know none).
 */
export async function confirmEmpty(knownRuns: (limit: number) => Promise<string[]>, source: Source): Promise<string | undefined> {
  const known = await knownRuns(atMost + 1)
  if (known.length > atMost) return `the answer is empty, though more than ${atMost} runs were there before`
  for (const run of known) {
    if ((await source.runOf(run as RunAccession)) !== 'gone') return `the answer is empty, though the archive still has ${run}`
  }
  return undefined
}
