import type { ContentFlaw, FileShape } from '../scenario.ts'
import { hashText } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'

/** All that decides the content of a run's made FASTQ files; the same plan makes the same bytes. */
export interface ReadsPlan {
  accession: string
  taxId: number
  genomeBases: number
  shape: FileShape
  /** Spots with two mates, or single reads. */
  spots: number
  /** Reads whose mate was lost, in a file of their own. */
  orphans: number
  readBases: number
  revision: number
  flaw: ContentFlaw | undefined
  seed: number
}

const mated: ReadonlySet<FileShape> = new Set(['paired', 'orphan-first', 'single-two-files', 'none'])

/** Plans the reads of a run from its row. */
export function planReads(row: RunRow): ReadsPlan {
  const { set, kind } = row
  const bases = set.genomeBases * set.depth
  const readBases = Math.min(kind.readBases, set.genomeBases)
  const isMated = mated.has(row.shape)
  const spots = Math.max(1, Math.round(bases / (readBases * (isMated ? 2 : 1))))
  return {
    accession: row.accession,
    taxId: kind.taxId,
    genomeBases: set.genomeBases,
    shape: row.shape,
    spots,
    orphans: row.shape === 'orphan-first' ? Math.max(1, Math.round(spots / 20)) : 0,
    readBases,
    revision: row.change?.revision ?? 0,
    flaw: row.change?.flaw ?? set.group.flaw,
    seed: hashText(`${set.place.worldSeed}/${row.accession}`),
  }
}

/** Reads as the archive counts them: a pair is one. */
export function spotsOf(plan: ReadsPlan): number {
  return plan.spots + plan.orphans
}

/** Bases in all files of the plan, had it no flaw. */
export function basesOf(plan: ReadsPlan): number {
  return (plan.spots * (mated.has(plan.shape) ? 2 : 1) + plan.orphans) * plan.readBases
}
