import { isSoftCapReached, type Budget, type CapReached, type Spend } from './budget.ts'
import { toMicrodollars } from './cost.ts'
import { sayDollars } from './say-dollars.ts'

/** Why money, or a size that is not to be had, asks for a person. */
export type MoneyCause = 'month-cap' | 'soft-cap' | 'taxon-cap' | 'no-size'

/** All of them. */
export const moneyCauses: readonly MoneyCause[] = ['month-cap', 'soft-cap', 'taxon-cap', 'no-size']

/** What a person was told. */
export interface Told {
  subject: 'installation' | 'taxon'
  /** A tax id, or `installation`. */
  subjectId: string
  cause: MoneyCause
}

/** What a person is to be told: with figures, and what can be done. */
export interface MoneyNeed extends Told {
  evidence: string
  tried: string
}

/** A batch that waits for money or for a size, and why. */
export type Blocked =
  { kind: 'no-size'; batchName: string; why: string } | { kind: 'cap'; batchName: string; reached: CapReached; size: string }

/** What stands in the way of the queue now. `budget` undefined: machines cost nothing. */
export interface MoneyStanding {
  budget: Budget | undefined
  spend: Spend | undefined
  blocked: readonly Blocked[]
}

/** What a person needs to be told because of it; each cause of each subject once. */
export function moneyNeeds({ budget, spend, blocked }: MoneyStanding): MoneyNeed[] {
  const needs = blocked.map(toNeed)
  if (budget !== undefined && spend !== undefined && isSoftCapReached(budget, spend)) needs.unshift(softNeed(budget, spend))
  return needs.filter((need, place) => needs.findIndex(other => isSame(other, need)) === place)
}

/** Of what a person was told, that which is no longer so, and how it ended. */
export function settledNeeds(told: readonly Told[], needs: readonly MoneyNeed[]): { told: Told; resolution: string }[] {
  return told
    .filter(one => !needs.some(need => isSame(need, one)))
    .map(one => ({ told: one, resolution: resolutions[one.cause] }))
}

const resolutions: Record<MoneyCause, string> = {
  'month-cap': 'there is room below the cap of the month again, or nothing waits for it any more',
  'taxon-cap': "there is room below the taxon's cap again, or nothing of it waits any more",
  'soft-cap': 'what is spent this month is below the soft cap',
  'no-size': 'no batch waits any more that there is no size for',
}

/** Whether two are about the same cause of the same subject. */
export function isSame(one: Told, other: Told): boolean {
  return one.subject === other.subject && one.subjectId === other.subjectId && one.cause === other.cause
}

const installation = { subject: 'installation', subjectId: 'installation' } as const

function toNeed(blocked: Blocked): MoneyNeed {
  if (blocked.kind === 'no-size') {
    const evidence = `no machine for batch ${blocked.batchName}: ${blocked.why}`
    const tried = 'it waits; allow a larger size or another region, or make batches smaller, and it goes on by itself'
    return { ...installation, cause: 'no-size', evidence, tried }
  }
  return capNeed(blocked)
}

function capNeed({ batchName, reached, size }: Extract<Blocked, { kind: 'cap' }>): MoneyNeed {
  const { cap, taxId, capMicrodollars, spentMicrodollars, reservedMicrodollars, wishedMicrodollars } = reached
  const machine = size === '' ? 'a machine' : `a machine of size ${size}`
  const evidence =
    `${cap === 'month' ? 'the cap of a month is' : 'the cap of this taxon is'} ${sayDollars(capMicrodollars)} a month: ` +
    `${sayDollars(spentMicrodollars)} is spent, ${sayDollars(reservedMicrodollars)} is set aside for machines that are there, ` +
    `and ${machine} for batch ${batchName} needs ${sayDollars(wishedMicrodollars)} set aside (boot, deadline and collection)`
  return cap === 'month'
    ? { ...installation, cause: 'month-cap', evidence, tried: `${goesOn} Raise ${howToRaise('spend.month_dollars')}` }
    : {
        subject: 'taxon',
        subjectId: String(taxId),
        cause: 'taxon-cap',
        evidence,
        tried: `${goesOn} Raise ${howToRaise(`it with "microfetch set ${taxId} spend_dollars=…"`)}`,
      }
}

const goesOn = 'nothing is created for it; what is there works on and is collected. It goes on by itself when there is room.'

function howToRaise(what: string): string {
  return `${what}, or reserve less: policy.deadline_seconds, spend.collection_hours`
}

function softNeed(budget: Budget, { monthSoftMicrodollars = 0 }: Spend): MoneyNeed {
  return {
    ...installation,
    cause: 'soft-cap',
    evidence: `${sayDollars(toMicrodollars(budget.all.spent))} is spent this month, and the soft cap is ${sayDollars(monthSoftMicrodollars)}`,
    tried:
      'no new batch is begun; what was begun is tried again and collected. It goes on with the new month, or with a higher spend.month_soft_dollars',
  }
}
