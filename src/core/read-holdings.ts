import { readRunAccession, type RunAccession } from './accession.ts'

/** Runs that a group already holds, and what in its list is none. */
export interface HoldingsRead {
  runs: RunAccession[]
  problems: { line: number; what: string }[]
}

/**
 * Reads a list of run accessions: one on each line, first of any further cells (comma, semicolon, tab or blank between them). Empty
 * lines, comments (`#`), a header and repetitions are passed over.
 */
export function readHoldings(text: string): HoldingsRead {
  const runs = new Set<RunAccession>()
  const problems: HoldingsRead['problems'] = []
  text.split(/\r\n|\n|\r/).forEach((whole, place) => {
    const [first = ''] = whole
      .replace(/^\uFEFF/, '')
      .trim()
      .split(/[,;\t ]/)
    const cell = first.replace(/^"(.*)"$/, '$1')
    if (cell === '' || cell.startsWith('#') || (place === 0 && /^[a-z_ ]+$/i.test(cell))) return
    const run = readRunAccession(cell)
    if (run === undefined) problems.push({ line: place + 1, what: `"${cell.slice(0, 40)}" is not a run accession` })
    else runs.add(run)
  })
  return { runs: [...runs], problems }
}
