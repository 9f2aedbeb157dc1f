import type { ReadFileRole } from '../../../core/run.ts'

// Where mates are not complete, these hold reads that stand alone. The best is first: consensus reads are made from subreads.
const aloneEndings = ['', '_1', '_2', '_consensus', '_subreads'] as const

/**
 * What each file of a run holds, by its name: the place in the archive's list says nothing (orphans stand first), nor does
 * `library_layout`.
 *
 * - `RUN_1` and `RUN_2` are mates when both are there; a plain `RUN` beside them holds the orphans; anything else is `other`.
 * - Without both mates, `RUN`, `RUN_1`, `RUN_2` hold single reads (Nanopore, 454, a lost mate).
 * - `RUN_consensus` is single, and so is `RUN_subreads` unless the consensus of the same reads is there.
 */
export function readFileRoles(run: string, names: readonly string[]): ReadFileRole[] {
  const endings = names.map(name => endingOf(run, name))
  const isPaired = endings.includes('_1') && endings.includes('_2')
  return endings.map(ending => (isPaired ? pairedRole(ending) : aloneRole(ending, endings)))
}

function pairedRole(ending: string | undefined): ReadFileRole {
  if (ending === '_1') return 'mate1'
  if (ending === '_2') return 'mate2'
  return ending === '' ? 'orphan' : 'other'
}

function aloneRole(ending: string | undefined, all: readonly (string | undefined)[]): ReadFileRole {
  if (ending === '_subreads' && all.includes('_consensus')) return 'other'
  return aloneEndings.some(known => known === ending) ? 'single' : 'other'
}

/** What stands between the accession and `.fastq.gz`; undefined for a name of another shape. */
function endingOf(run: string, name: string): string | undefined {
  if (!name.startsWith(run) || !name.endsWith('.fastq.gz')) return undefined
  return name.slice(run.length, -'.fastq.gz'.length)
}
