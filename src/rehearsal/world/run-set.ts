import type { RunGroup } from '../scenario.ts'
import { fraction, hashText, mix } from '../seeded-chance.ts'
import type { NamedReadFile } from '../read-file-names.ts'
import { plainKind } from './plain-kind.ts'
import { realisticKinds } from './realistic-kinds.ts'
import type { StudyKind } from './study-kind.ts'

/** A FASTQ file as it lies on this machine. */
export interface ReadFile extends NamedReadFile {
  bytes: number
  md5: string
  path: string
}

/** Files and counts of a run that was not generated but found in a folder. */
export interface FoundReads {
  files: readonly ReadFile[]
  readCount: number
  baseCount: number
}

/** Where a group's accessions and studies begin, and the days between which it became public. */
export interface SetPlace {
  firstNumber: number
  firstStudy: number
  fromDay: number
  toDay: number
  worldSeed: number
}

const mostKinds = 128

/** The runs of one group. It holds no rows: any row is made anew from its index and the group's seed. */
export interface RunSet {
  readonly group: RunGroup
  readonly place: SetPlace
  readonly count: number
  readonly seed: number
  readonly studies: number
  /** Which study a row belongs to; studies are blocks of neighbouring rows. */
  readonly studyOfRow: Int32Array
  readonly kinds: readonly StudyKind[]
  readonly genomeBases: number
  readonly depth: number
  readonly found: FoundReads | undefined
}

/** Lays out a group: its studies, their kinds, and nothing that grows with the number of columns. */
export function makeRunSet(
  group: RunGroup,
  taxa: readonly number[],
  place: SetPlace,
  given: { genomeBases: number; found?: FoundReads },
): RunSet {
  const count = group.count ?? 1
  const seed = mix(mix(place.worldSeed, group.seed ?? 0), hashText(JSON.stringify([taxa, place.firstNumber])))
  const isRealistic = group.mix === 'realistic'
  const { studyOfRow, studies } = isRealistic ? layStudies(count, seed) : { studyOfRow: new Int32Array(count), studies: 1 }
  const firstTaxon = taxa[0]
  if (firstTaxon === undefined) throw new Error('a group of runs names no taxon')
  return {
    group,
    place,
    count,
    seed,
    studies,
    studyOfRow,
    kinds: isRealistic ? realisticKinds(group, taxa, Math.min(mostKinds, studies), seed) : [plainKind(group, firstTaxon)],
    genomeBases: given.genomeBases,
    depth: group.depth ?? 40,
    found: given.found,
  }
}

/** The kind of a study of the group. */
export function kindOfStudy(set: RunSet, study: number): StudyKind {
  // The first studies take the kinds in turn, so that a small group shows as many kinds as it can.
  const at = study < set.kinds.length ? study : mix(set.seed, study) % set.kinds.length
  const kind = set.kinds[at]
  if (kind === undefined) throw new RangeError(`no kind for study ${study}`)
  return kind
}

/** Six of ten studies hold one run; the others have a heavy tail, and none holds more than a quarter of the group. */
function layStudies(count: number, seed: number): { studyOfRow: Int32Array; studies: number } {
  const studyOfRow = new Int32Array(count)
  const largest = Math.max(1, Math.floor(count / 4))
  let study = 0
  for (let row = 0; row < count; study++) {
    const size = fraction(seed, study * 2) < 0.6 ? 1 : Math.min(largest, Math.ceil((1 - fraction(seed, study * 2 + 1)) ** -1.2))
    studyOfRow.fill(study, row, Math.min(count, row + size))
    row += size
  }
  return { studyOfRow, studies: study }
}

/** The row whose sample a row shares: itself, or an earlier one of its study. In a realistic group one run in ten shares the sample of its neighbour. */
export function sampleRowOf(set: RunSet, index: number): number {
  if (set.group.mix !== 'realistic') return index
  let at = index
  while (at > 0 && set.studyOfRow[at] === set.studyOfRow[at - 1] && mix(set.seed ^ 0x5a, at) % 10 === 0) at--
  return at
}
