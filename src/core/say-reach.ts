import type { Reach } from './taxon.ts'

/** How far back a taxon reaches, in words. */
export function sayReach(reach: Reach): string {
  switch (reach.kind) {
    case 'all':
      return 'every run'
    case 'from':
      return `public since ${reach.firstPublicOn}`
    case 'max-runs':
      return reach.from === undefined ? `the newest ${reach.runs}` : `the newest ${reach.runs}, since ${reach.from.firstPublicOn}`
  }
}
