/** Taxa whose runs are to be judged, or gone through anew. */
export interface Seen {
  taxa: {
    taxId: number
    priority: number
    /** Names what its runs are judged by and what is owed for them. */
    standing: string
    /** Never gone through: whatever it has is not judged yet. */
    isNew: boolean
    /** Gone through under another standing than that. */
    isOutdated: boolean
    /** Runs not judged yet. */
    unjudged: number
  }[]
}

export type Action =
  | { kind: 'begin'; taxId: number; standing: string }
  /** Judges so many pages of runs that are not judged yet. */
  | { kind: 'judge'; taxId: number; pages: number }
  /** Goes on through all runs of a taxon, from where the last pass stopped. */
  | { kind: 'walk'; taxId: number; standing: string; pages: number }

/** Runs of one transaction. */
export const runsPerPage = 1000

/** What one pass does at the most, so that the other stages come to their turn. */
export const pagesPerPass = 200

/** A first share for everyone, so that no large taxon keeps a small one waiting. */
const fairShare = 5

/** New runs before old ones; the taxa of higher priority first. */
export function plan(seen: Seen): Action[] {
  const taxa = [...seen.taxa].sort((a, b) => b.priority - a.priority || a.taxId - b.taxId)
  const begins = taxa
    .filter(taxon => taxon.isNew)
    .map((taxon): Action => ({ kind: 'begin', taxId: taxon.taxId, standing: taxon.standing }))
  const judges = share(
    taxa.map(taxon => ({ taxon, pages: Math.ceil(taxon.unjudged / runsPerPage) })),
    pagesPerPass,
  )
  const left = pagesPerPass - judges.reduce((sum, { pages }) => sum + pages, 0)
  const walks = share(
    taxa.filter(taxon => taxon.isOutdated).map(taxon => ({ taxon, pages: left })),
    left,
  )
  return [
    ...begins,
    ...judges.map(({ taxon, pages }): Action => ({ kind: 'judge', taxId: taxon.taxId, pages })),
    ...walks.map(({ taxon, pages }): Action => ({ kind: 'walk', taxId: taxon.taxId, standing: taxon.standing, pages })),
  ]
}

interface Need {
  taxon: Seen['taxa'][number]
  pages: number
}

/** Gives each its fair share, then the rest in their order. */
function share(needs: readonly Need[], pages: number): Need[] {
  let left = pages
  const given = needs.map(need => {
    const first = Math.min(need.pages, fairShare, left)
    left -= first
    return { ...need, pages: first }
  })
  const whole = given.map((need, place) => {
    const more = Math.min((needs[place]?.pages ?? 0) - need.pages, left)
    left -= more
    return { ...need, pages: need.pages + more }
  })
  return whole.filter(need => need.pages > 0)
}
