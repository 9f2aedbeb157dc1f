import { dayText, readDay } from '../archive-clock.ts'
import { fraction, mix } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { CellMaker, CellWorld } from './cell-maker.ts'

// Two days on which the archive wrote more than half of all its rows anew (2018-11-16 and 2015-06-19).
const bulkDays = [17_851, 16_605] as const

/** The day on which a run became public: a study's runs come in one burst. */
export function firstPublicDay(row: RunRow): number {
  const { group, place, seed } = row.set
  const given = group.firstPublic === undefined ? undefined : readDay(group.firstPublic)
  if (given !== undefined) return given
  return place.fromDay + Math.floor(fraction(seed ^ 0x11, row.study) * (place.toDay - place.fromDay + 1))
}

/** The day of a row's last change: drawn, or that of the last re-index that touched it. */
export function lastUpdatedDay(row: RunRow, world: CellWorld): number {
  let day = drawnUpdateDay(row)
  for (const reindex of world.reindexes) if (fraction(reindex.seed ^ 0x7e, row.number) < reindex.share) day = reindex.day
  return day
}

function drawnUpdateDay(row: RunRow): number {
  const given = row.set.group.lastUpdated === undefined ? undefined : readDay(row.set.group.lastUpdated)
  if (given !== undefined) return given
  const born = firstPublicDay(row)
  if (!row.kind.isOdd) return Math.min(Math.max(born, row.set.place.toDay), born + (row.bits % 20))
  const own = mix(row.set.seed ^ 0x21, row.index)
  const drawn = (own >>> 8) % 1000
  // A few rows say that they changed before they were public.
  if (drawn < 16) return born - 1 - (own % 60)
  const bulkDay = drawn < 366 ? bulkDays[0] : drawn < 586 ? bulkDays[1] : 0
  if (born <= bulkDay) return bulkDay
  return Math.min(Math.max(born, row.set.place.toDay), born + (mix(own, 5) % 900))
}

/** Cells that hold days. */
export const dateCells: Record<string, CellMaker> = {
  first_public: row => dayText(firstPublicDay(row)),
  last_updated: (row, world) => dayText(lastUpdatedDay(row, world)),
  first_created: row => dayText(firstPublicDay(row) - (row.bits % 30)),
  run_date: row => (row.kind.described === 'full' ? String((firstPublicDay(row) - 40) * 86_400_000) : ''),
}
