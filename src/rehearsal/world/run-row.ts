import type { FileShape } from '../scenario.ts'
import { mix } from '../seeded-chance.ts'
import type { RunChange } from './run-change.ts'
import { kindOfStudy, type RunSet } from './run-set.ts'
import type { StudyKind } from './study-kind.ts'

/**
 * Rows of a promised group share this many draws within a kind of study, so that a million of them can be written quickly;
 * accessions, sums, days and names stay each row's own.
 */
export const variants = 16

/** One run of the archive, made anew whenever it is looked at. */
export interface RunRow {
  readonly set: RunSet
  readonly index: number
  /** The digits of its accession. */
  readonly number: number
  readonly accession: string
  readonly study: number
  readonly kind: StudyKind
  readonly shape: FileShape
  /** The taxon's id before merges are followed. */
  readonly taxId: number
  readonly change: RunChange | undefined
  /** Thirty-two bits that are this run's own, or its variant's where the group is promised. */
  readonly bits: number
}

/** The row of a group at an index, with what was changed about it. */
export function makeRunRow(set: RunSet, index: number, change: RunChange | undefined): RunRow {
  const study = set.studyOfRow[index]
  if (study === undefined) throw new RangeError(`no row ${index} in a group of ${set.count}`)
  const kind = kindOfStudy(set, study)
  const number = set.place.firstNumber + index
  return {
    set,
    index,
    number,
    accession: set.group.accession ?? accessionText(kind.prefix, number),
    study,
    kind,
    shape: change?.shape ?? kind.shape,
    taxId: change?.taxId ?? kind.taxId,
    change,
    bits: mix(set.seed, set.group.content === 'promised' ? index % variants : index),
  }
}

/** An accession from its prefix and number: six digits at least. */
export function accessionText(prefix: string, number: number): string {
  return number < 100_000 ? prefix + String(number).padStart(6, '0') : prefix + number
}
