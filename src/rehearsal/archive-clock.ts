/** The archive's own clock: it stamps every answer's `Date` header and dates what is made while the world runs. */
export interface ArchiveClock {
  now(): Date
  /** Fixes the clock at an instant; undefined lets it follow this machine's clock again. */
  set(at: Date | undefined): void
  advance(seconds: number): void
}

/** Makes a clock that stands at `at`, or follows this machine's clock when none is given. */
export function makeArchiveClock(at: Date | undefined, wallClock: () => Date = () => new Date()): ArchiveClock {
  let fixed = at
  let ahead = 0
  return {
    now: () => fixed ?? new Date(wallClock().getTime() + ahead * 1000),
    set(instant) {
      fixed = instant
      ahead = 0
    },
    advance(seconds) {
      if (fixed === undefined) ahead += seconds
      else fixed = new Date(fixed.getTime() + seconds * 1000)
    },
  }
}

/** Days since 1970-01-01 of an instant, in UTC. */
export function dayNumber(at: Date): number {
  return Math.floor(at.getTime() / 86_400_000)
}

// By day: a large answer holds millions of days.
const dayTexts = new Array<string | undefined>(40_000)

/** A day as the archive writes it: `2026-08-20`. Takes days from 1970 on. */
export function dayText(day: number): string {
  return (dayTexts[day] ??= new Date(day * 86_400_000).toISOString().slice(0, 10))
}

/** The day number of a text such as `2026-08-20`; undefined for anything else. */
export function readDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(at) ? undefined : dayNumber(new Date(at))
}
