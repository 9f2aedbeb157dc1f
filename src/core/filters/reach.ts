import type { Reach } from '../taxon.ts'
import type { Filter } from './filter.ts'

/** How far back the taxon reaches. A run without a day is older than any. */
export const reach: Filter = {
  name: 'reach',
  judge: (run, { reach: limit }) => {
    switch (limit.kind) {
      case 'all':
        return 'accepted'
      case 'from':
        if (run.firstPublicOn >= limit.firstPublicOn) return 'accepted'
        return { code: 'META_REACH', detail: `first_public=${run.firstPublicOn} < ${limit.firstPublicOn}` }
      case 'max-runs': {
        const { from } = limit
        if (from === undefined || isWithin(run, from)) return 'accepted'
        const oldest = `${from.firstPublicOn} ${from.runAccession}`
        return {
          code: 'META_REACH',
          detail: `first_public=${run.firstPublicOn} is older than ${oldest}, the oldest of the newest ${limit.runs} runs`,
        }
      }
    }
  },
}

function isWithin(
  run: { firstPublicOn: string; runAccession: string },
  from: { firstPublicOn: string; runAccession: string },
): boolean {
  if (run.firstPublicOn !== from.firstPublicOn) return run.firstPublicOn > from.firstPublicOn
  return run.runAccession >= from.runAccession
}

/** Whether runs can be judged by this reach: the newest so many are known only when the taxon was listed once. */
export function isReachKnown(limit: Reach): boolean {
  return limit.kind !== 'max-runs' || limit.from !== undefined
}
