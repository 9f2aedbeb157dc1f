import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chargeUntil, chargeWithin, type Account } from './account.ts'
import { capReached, emptyPurse, noCaps, reserveFor, restOf, type Budget, type Purse } from './budget.ts'
import { chargeOf, partsPerMicrodollar, type Price } from './cost.ts'
import { monthAt } from './month.ts'

/** An attempt of a simulated installation. */
interface Simulated {
  taxId: number
  price: Price
  reserved: number
  accounts: Account[]
  freedAtMs: number
}

interface Step {
  kind: 'create' | 'lost' | 'refused' | 'twice' | 'ghost' | 'end' | 'vanish' | 'reappear'
  seconds: number
  size: number
  pick: number
}

const hourMs = 3_600_000
const policy = { bootSeconds: 600, deadlineSeconds: 43_200 }
const monthCap = 12_000_000
const taxonCap = 8_000_000
const spend = { ...noCaps, monthMicrodollars: monthCap, collectionSeconds: 86_400 }
const prices = [8930, 71_430, 600_000].map(microdollarsPerHour => ({
  microdollarsPerHour,
  minimumSeconds: 60,
  minimumMicrodollars: 10_000,
}))

/** An installation that asks the caps before every create, and whose machines all end before their reservation is used up. */
class Installation {
  nowMs = Date.parse('2026-01-25T00:00:00Z')
  readonly attempts: Simulated[] = []
  refusals = 0

  step({ kind, seconds, size, pick }: Step): void {
    this.pass(seconds * 1000)
    const one = this.attempts[pick % Math.max(1, this.attempts.length)]
    if (kind === 'create' || kind === 'lost' || kind === 'refused') this.create(kind, size, pick)
    else if (one !== undefined) this.befall(kind, one)
  }

  private befall(kind: Step['kind'], one: Simulated): void {
    const open = one.accounts.find(account => account.toMs === undefined)
    const justGone = one.accounts.find(account => account.toMs === this.nowMs)
    if (kind === 'ghost' && one.accounts.length === 0 && this.nowMs < one.freedAtMs) this.born(one)
    if (kind === 'twice' && open !== undefined) this.born(one)
    if (kind === 'end' || kind === 'vanish') this.end(one, open)
    if (kind === 'reappear' && justGone !== undefined) this.reappear(one, justGone)
  }

  private reappear(one: Simulated, account: Account): void {
    account.toMs = undefined
    one.freedAtMs = Infinity
  }

  private create(kind: Step['kind'], size: number, pick: number): void {
    const price = prices[size % prices.length]
    if (price === undefined) return
    const taxId = pick % 2
    const reserved = reserveFor(price, policy, spend)
    if (capReached(this.budget(), { taxId, microdollars: reserved }, spend, taxonCap) !== undefined) {
      this.refusals += 1
      return
    }
    const one: Simulated = { taxId, price, reserved, accounts: [], freedAtMs: Infinity }
    this.attempts.push(one)
    if (kind === 'refused') one.freedAtMs = this.nowMs
    // Nothing was seen of it: it may appear for another day.
    else if (kind === 'lost') one.freedAtMs = this.nowMs + 24 * hourMs
    else this.born(one)
  }

  private born(one: Simulated): void {
    const left = restOf(one.reserved, this.charged(one))
    // One machine too many is destroyed at once, and costs the minimum: more than that is only made where there is room.
    if (left < chargeOf(one.price, 0)) return
    one.accounts.push({ price: one.price, fromMs: this.nowMs, toMs: undefined })
    one.freedAtMs = Infinity
  }

  private end(one: Simulated | undefined, open: Account | undefined): void {
    if (one === undefined || open === undefined) return
    open.toMs = this.nowMs
    if (one.accounts.every(account => account.toMs !== undefined)) one.freedAtMs = this.nowMs
  }

  /** Time passes; a machine whose reservation is nearly used up is home and ends. */
  private pass(ms: number): void {
    const untilMs = this.nowMs + ms
    while (this.nowMs < untilMs) {
      const runsOutMs = Math.min(...this.attempts.map(one => this.runsOutAt(one)))
      this.nowMs = Math.min(untilMs, Math.max(this.nowMs, runsOutMs))
      for (const one of this.attempts) {
        if (this.runsOutAt(one) > this.nowMs) continue
        for (const account of one.accounts) this.end(one, account.toMs === undefined ? account : undefined)
      }
    }
  }

  /** The last whole second in which what is set aside pays for every machine of the attempt. */
  private runsOutAt(one: Simulated): number {
    const open = one.accounts.filter(account => account.toMs === undefined)
    if (open.length === 0) return Infinity
    const perSecond = open.length * one.price.microdollarsPerHour
    const seconds = Math.floor(restOf(one.reserved, this.charged(one)) / perSecond) - 1
    return this.nowMs + Math.max(0, seconds) * 1000
  }

  private charged(one: Simulated): number {
    return one.accounts.reduce((sum, account) => sum + chargeUntil(account, this.nowMs), 0)
  }

  budget(): Budget {
    const month = monthAt(this.nowMs)
    const taxa = new Map<number, Purse>()
    let all = emptyPurse
    for (const one of this.attempts) {
      const spent = one.accounts.reduce((sum, account) => sum + chargeWithin(account, month, this.nowMs), 0)
      const reserved = one.freedAtMs > this.nowMs ? restOf(one.reserved, this.charged(one)) : 0
      const purse = taxa.get(one.taxId) ?? emptyPurse
      taxa.set(one.taxId, { spent: purse.spent + spent, reserved: purse.reserved + reserved })
      all = { spent: all.spent + spent, reserved: all.reserved + reserved }
    }
    return { all, taxa }
  }

  /** What each month is billed, for everything and for each taxon. */
  bills(): { month: number; all: number; taxa: number[] }[] {
    return Array.from({ length: 12 }, (_, month) => {
      const span = monthAt(Date.UTC(2026, month, 2))
      const of = (which: (one: Simulated) => boolean) =>
        this.attempts
          .filter(which)
          .flatMap(one => one.accounts)
          .reduce((sum, account) => sum + chargeWithin(account, span, this.nowMs), 0)
      return { month, all: of(() => true), taxa: [of(one => one.taxId === 0), of(one => one.taxId === 1)] }
    })
  }
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('create', 'create', 'create', 'lost', 'refused', 'twice', 'ghost', 'end', 'vanish', 'reappear'),
    seconds: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 200_000 })),
    size: fc.nat(2),
    pick: fc.nat(30),
  }),
  { minLength: 20, maxLength: 120 },
)

test('no month is billed above its cap, nor any taxon, whatever is created, lost, doubled, found again and ended', () => {
  let [refusals, attempts] = [0, 0]
  fc.assert(
    fc.property(steps, plan => {
      const installation = new Installation()
      for (const step of plan) {
        installation.step(step)
        for (const { all, taxa } of installation.bills()) {
          assert.ok(all <= monthCap * partsPerMicrodollar, `${all} parts in a month`)
          for (const taxon of taxa) assert.ok(taxon <= taxonCap * partsPerMicrodollar, `${taxon} parts of a taxon`)
        }
      }
      refusals += installation.refusals
      attempts += installation.attempts.length
    }),
    { numRuns: 300 },
  )
  assert.ok(refusals > 100 && attempts > 100, `${refusals} refusals and ${attempts} attempts: the caps were met`)
})
