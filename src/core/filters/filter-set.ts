import { canonicalJson, fingerprint } from '../fingerprint.ts'
import type { Measure } from './filter.ts'

/** Raised by hand whenever a filter judges otherwise than before, so that stored runs are judged anew. */
const codeVersion = 1

/** Names what runs are judged by: the filters' code, the settings that matter to them, the reach. Equal names give equal verdicts. */
export function filterSetVersion({ settings, reach, onlyTaxIds }: Measure): string {
  const { strategies, sources, layouts, platforms, minDepth, maxDepth, allowHuman } = settings.filters
  const asked = {
    words: [strategies, sources, layouts, platforms].map(words => words.map(word => word.toLowerCase()).sort()),
    leastBases: minDepth * settings.genomeSizeBases,
    mostBases: maxDepth * settings.genomeSizeBases,
    // The depths stand in the reasons.
    depths: [minDepth, maxDepth],
    allowHuman,
    reach,
    onlyTaxIds: onlyTaxIds === undefined ? 'subtree' : [...onlyTaxIds].sort((a, b) => a - b),
  }
  return fingerprint(canonicalJson({ codeVersion, asked }))
}
