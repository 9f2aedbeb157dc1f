import type { Fault } from './fault.ts'

/** Faults in which an answer of `search` breaks off, hangs, or holds other rows than it should. */
export const searchBodies = [
  {
    name: 'search-truncated-json',
    does: 'Ends the answer politely in the middle of a row.',
    strikes: ['search'],
    body(plan, { share }) {
      plan.stopAtShare = share
      plan.then = 'end'
    },
  },
  {
    name: 'search-truncated-tsv',
    does: 'Ends the answer politely between two rows; a JSON list stays open.',
    strikes: ['search'],
    rows(plan, { share }) {
      plan.keepShare = share
      plan.staysOpen = true
    },
  },
  {
    name: 'search-connection-cut',
    does: 'Breaks the connection in the middle of a row.',
    strikes: ['search'],
    body(plan, { share }) {
      plan.stopAtShare = share
      plan.then = 'cut'
    },
  },
  {
    name: 'search-stall-midway',
    does: 'Sends a part of the answer, nothing for some seconds (45), then the rest.',
    strikes: ['search'],
    defaults: { seconds: 45 },
    body(plan, { share, seconds }) {
      plan.stopAtShare = share
      plan.then = 'pause'
      plan.pauseSeconds = seconds
    },
  },
  {
    name: 'search-slow',
    does: 'Sends the answer at 50 kB a second.',
    strikes: ['search'],
    defaults: { amount: 50_000 },
    body: (plan, { amount }) => void (plan.bytesPerSecond = amount),
  },
  {
    name: 'search-short-answer',
    does: 'Sends half of the rows in an answer that looks whole.',
    strikes: ['search'],
    rows: (plan, { share }) => void (plan.keepShare = share),
  },
  {
    name: 'search-limit-imposed',
    does: 'Sends no more rows than the default limit, although all were asked for.',
    strikes: ['search'],
    defaults: { amount: 100_000 },
    rows: (plan, { amount }) => void (plan.mostRows = amount),
  },
  {
    name: 'rows-missing',
    does: 'Leaves out every twentieth row.',
    strikes: ['search'],
    defaults: { amount: 20 },
    rows: (plan, { amount }) => void (plan.dropEvery = amount),
  },
  {
    name: 'rows-doubled',
    does: 'Sends every third row twice.',
    strikes: ['search'],
    defaults: { amount: 3 },
    rows: (plan, { amount }) => void (plan.doubleEvery = amount),
  },
  {
    name: 'page-repeated',
    does: 'Sends the first page again for every offset, and the first half of the rows again in place of the second.',
    strikes: ['search', 'links-taxon'],
    rows(plan) {
      plan.ignoresOffset = true
      plan.repeatsFirstHalf = true
    },
  },
  {
    name: 'empty-after-rows',
    does: 'Knows of no rows at all, in searches and counts alike, until it is disarmed.',
    strikes: ['search', 'count', 'links-taxon'],
    defaults: { times: 0 },
    rows: plan => void (plan.keepShare = 0),
    count: () => '0',
  },
] as const satisfies readonly Fault[]
