import { chargeOf, type Price } from './cost.ts'
import type { Span } from './month.ts'

/** The time of one machine that is paid for. Milliseconds of the epoch. */
export interface Account {
  price: Price
  /** Its creation, by the provider's clock. */
  fromMs: number
  /** Its end; undefined while it is there. */
  toMs: number | undefined
}

/** What a machine has cost until now, in parts. */
export function chargeUntil(account: Account, nowMs: number): number {
  return chargeOf(account.price, (Math.min(account.toMs ?? nowMs, nowMs) - account.fromMs) / 1000)
}

/**
 * What a machine has cost within a span, until now, in parts. Seconds count where they pass, and the minimum charge where the machine
 * began; what the spans of a calendar hold adds up to the whole charge, to the part.
 */
export function chargeWithin(account: Account, span: Span, nowMs: number): number {
  return chargeBefore(account, span.toMs, nowMs) - chargeBefore(account, span.fromMs, nowMs)
}

function chargeBefore(account: Account, edgeMs: number, nowMs: number): number {
  return account.fromMs < edgeMs ? chargeUntil(account, Math.min(edgeMs, nowMs)) : 0
}
