import { chargeOf, costOf, partsPerMicrodollar, toMicrodollars, type Price } from './cost.ts'

/** What machines may cost: section `spend` of the settings. Millionths of a dollar; undefined: no such cap. */
export interface Spend {
  /** The most in a month: nothing is created beyond it. */
  monthMicrodollars: number | undefined
  /** Beyond it no new batch is begun in that month; what was begun once is tried again all the same. */
  monthSoftMicrodollars: number | undefined
  /** The most that one taxon may cost in a month, where it sets nothing itself. */
  taxonMicrodollars: number | undefined
  /** Reserved after the deadline of an attempt, for bringing its results home. */
  collectionSeconds: number
}

/** No caps, and a day for bringing results home. */
export const noCaps: Spend = {
  monthMicrodollars: undefined,
  monthSoftMicrodollars: undefined,
  taxonMicrodollars: undefined,
  collectionSeconds: 86_400,
}

/** Money of a month: what is spent, and what is set aside for machines that are there or may yet come. In parts. */
export interface Purse {
  /** Charged in this month until now. */
  spent: number
  /** What is left of the standing reservations: all of it, whichever month it may fall in. */
  reserved: number
}

/** The purse of the installation and those of the taxa that are charged. */
export interface Budget {
  all: Purse
  taxa: ReadonlyMap<number, Purse>
}

/** An empty purse. */
export const emptyPurse: Purse = { spent: 0, reserved: 0 }

/** What is set aside before a machine is asked for, in millionths of a dollar: boot, deadline and collection, minimum charge included. */
export function reserveFor(price: Price, policy: { bootSeconds: number; deadlineSeconds: number }, spend: Spend): number {
  return costOf(price, policy.bootSeconds + policy.deadlineSeconds + spend.collectionSeconds)
}

/** What is set aside anew for a machine that has used up its reservation and is still there. */
export function renewalFor(price: Price, spend: Spend): number {
  return toMicrodollars(chargeOf({ ...price, minimumMicrodollars: 0, minimumSeconds: 0 }, spend.collectionSeconds))
}

/** What is left of a reservation, in parts: all machines of the attempt have drawn on it. */
export function restOf(reservedMicrodollars: number, chargedParts: number): number {
  return Math.max(0, reservedMicrodollars * partsPerMicrodollar - chargedParts)
}

/** Something that is to be paid for. */
export interface Wish {
  taxId: number
  microdollars: number
}

/** The cap that stands in the way of a wish, with its figures in millionths of a dollar. */
export interface CapReached {
  cap: 'month' | 'taxon'
  taxId: number
  capMicrodollars: number
  spentMicrodollars: number
  reservedMicrodollars: number
  wishedMicrodollars: number
}

/**
 * Whether a wish passes a hard cap: what is spent this month, what is set aside, and the wish together. What is set aside counts in full,
 * even where some of it would fall into the next month: so no month can end above its cap, whatever becomes of the machines.
 */
export function capReached(budget: Budget, wish: Wish, spend: Spend, taxonCap: number | undefined): CapReached | undefined {
  const all = passes('month', budget.all, wish, spend.monthMicrodollars)
  return all ?? passes('taxon', budget.taxa.get(wish.taxId) ?? emptyPurse, wish, taxonCap)
}

function passes(
  cap: 'month' | 'taxon',
  purse: Purse,
  { taxId, microdollars }: Wish,
  most: number | undefined,
): CapReached | undefined {
  if (most === undefined || microdollars === 0) return undefined
  if (purse.spent + purse.reserved + microdollars * partsPerMicrodollar <= most * partsPerMicrodollar) return undefined
  return {
    cap,
    taxId,
    capMicrodollars: most,
    spentMicrodollars: toMicrodollars(purse.spent),
    reservedMicrodollars: toMicrodollars(purse.reserved),
    wishedMicrodollars: microdollars,
  }
}

/** The budget after so much more is set aside for a taxon. */
export function setAside(budget: Budget, { taxId, microdollars }: Wish): Budget {
  const more = ({ spent, reserved }: Purse): Purse => ({ spent, reserved: reserved + microdollars * partsPerMicrodollar })
  return { all: more(budget.all), taxa: new Map([...budget.taxa, [taxId, more(budget.taxa.get(taxId) ?? emptyPurse)]]) }
}

/** Whether the month's soft cap is reached: what is spent counts, not what is set aside. */
export function isSoftCapReached(budget: Budget, spend: Spend): boolean {
  const { monthSoftMicrodollars: most } = spend
  return most !== undefined && budget.all.spent >= most * partsPerMicrodollar
}
