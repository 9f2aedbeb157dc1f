import { mix } from '../seeded-chance.ts'

// Accessions of 9, 10 and 11 characters, which the file host keeps in folders of different depths.
const ranges = [
  { from: 610_000, to: 999_999 },
  { from: 3_000_000, to: 9_999_999 },
  { from: 12_000_000, to: 99_999_999 },
] as const

/** Gives out numbers for accessions: groups take the three lengths in turn, and no number twice. */
export class NumberRanges {
  private readonly next: number[]
  private turn = 0

  constructor(seed: number) {
    this.next = ranges.map((range, at) => range.from + (mix(seed, at) % 90_000))
  }

  /** The first of `count` numbers that follow each other. */
  take(count: number): number {
    for (let tries = 0; tries < ranges.length; tries++) {
      const at = this.turn++ % ranges.length
      const first = this.next[at] ?? 0
      if (first + count - 1 > (ranges[at]?.to ?? 0)) continue
      this.next[at] = first + count
      return first
    }
    throw new Error(`there is no room for ${count} more accessions`)
  }
}
