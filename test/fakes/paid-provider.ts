import type { Price } from '../../src/core/cost.ts'
import { Problem } from '../../src/core/problem.ts'
import type { MachineNeed, Quoted } from '../../src/daemon/providers/provider.ts'
import { FakeProvider } from './fake-provider.ts'

/** Ten cents an hour, by the second, a minute and a cent at least. */
export const tenCents: Price = { microdollarsPerHour: 100_000, minimumSeconds: 60, minimumMicrodollars: 10_000 }

/** A fake provider whose machines cost money. */
export class PaidProvider extends FakeProvider {
  override price = tenCents
  /** Every need that a price was asked for. */
  readonly quoted: MachineNeed[] = []
  /** Needs beyond this much memory are met by nothing. */
  largestGb = 64
  /** While true, no price is told. */
  isMute = false

  async quote(need: MachineNeed): Promise<Quoted> {
    this.quoted.push(need)
    if (this.isMute) throw new Problem('unreachable', 'the provider does not answer')
    if (need.memoryGb > this.largestGb) return { kind: 'none', why: `the largest size has ${this.largestGb} GB` }
    const { price } = this
    return {
      kind: 'quoted',
      quote: { size: 'ten-cents', region: 'here', memoryGb: need.memoryGb, cpus: 4, diskBytes: 1e12, price },
    }
  }
}
