/** What a machine costs while it exists, whether it works or not. */
export interface Price {
  /** Millionths of a dollar for an hour: providers publish hourly prices, and seconds of them are no whole numbers. */
  microdollarsPerHour: number
  /** The shortest time that is charged, in seconds. */
  minimumSeconds: number
  /** The least that is charged, in millionths of a dollar. */
  minimumMicrodollars: number
}

/** Machines that cost nothing. */
export const freeOfCharge: Price = { microdollarsPerHour: 0, minimumSeconds: 0, minimumMicrodollars: 0 }

/**
 * Sums of money are kept in parts: 3600 of them are a millionth of a dollar, so that a second at any price by the hour is a whole number.
 * Two million dollars are still exact.
 */
export const partsPerMicrodollar = 3600

/** What a machine is charged that existed for so many seconds, in parts, exactly: each second that has begun, and the minimum. */
export function chargeOf(price: Price, seconds: number): number {
  if (price.microdollarsPerHour === 0) return 0
  const charged = Math.max(Math.ceil(Math.max(0, seconds)), price.minimumSeconds)
  return Math.max(price.minimumMicrodollars * partsPerMicrodollar, charged * price.microdollarsPerHour)
}

/** A sum of parts in millionths of a dollar, rounded up: done once, with the whole sum. */
export function toMicrodollars(parts: number): number {
  return Math.ceil(parts / partsPerMicrodollar)
}

/** What a machine costs that existed for so many seconds, in millionths of a dollar, rounded up. */
export function costOf(price: Price, seconds: number): number {
  return toMicrodollars(chargeOf(price, seconds))
}
