import type { Scenario } from '../scenario.ts'

/** The genus whose subtree holds every run of the large world. */
export const millionTaxon = 590

/**
 * A world of a million runs (or as many as given) of one genus and its species, with platforms, layouts and oddities mixed.
 * Files are promised only: the world is for finding and judging, not for downloading.
 */
export function millionScenario(rows = 1_000_000): Scenario {
  // Three groups, so that accessions of all three lengths occur.
  const short = Math.min(300_000, Math.floor(rows / 5))
  const middle = Math.floor((rows - short) / 2)
  const counts = [short, middle, rows - short - middle].filter(count => count > 0)
  return {
    seed: 11,
    clock: '2026-08-20T06:00:00Z',
    taxa: [
      { id: 2, name: 'Bacteria', rank: 'domain' },
      { id: 543, parent: 2, name: 'Enterobacteriaceae', rank: 'family' },
      { id: millionTaxon, parent: 543, name: 'Salmonella', rank: 'genus' },
      { id: 28901, parent: millionTaxon, name: 'Salmonella enterica' },
      { id: 54736, parent: millionTaxon, name: 'Salmonella bongori' },
    ],
    runs: counts.map((count, at) => ({
      taxa: [28901, 28901, 28901, 54736, millionTaxon],
      count,
      seed: at,
      mix: 'realistic' as const,
      content: 'promised' as const,
      sizeFactor: 1,
    })),
  }
}
