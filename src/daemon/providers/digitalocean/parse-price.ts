import type { Price } from '../../../core/cost.ts'

/** DigitalOcean bills by the second since January 2026: at least a minute, and at least a cent. */
export const leastCharge = { minimumSeconds: 60, minimumMicrodollars: 10_000 } as const

/**
 * The price that an API answer gives in dollars an hour. It comes as a binary fraction (0.00744 as 0.007439999841153622), whose dust
 * is gone when it is rounded to a millionth of a dollar: published prices have five places.
 */
export function parsePrice(dollarsPerHour: number): Price {
  return { microdollarsPerHour: Math.round(dollarsPerHour * 1_000_000), ...leastCharge }
}
