import { standingOf } from '../../../core/taxon-standing.ts'
import type { Deps } from '../../deps.ts'
import { letOthers } from '../../ledger/let-others.ts'
import { taxonRow } from '../../ledger/taxa.ts'
import { beginStanding, endWalk, noteWalk, walkOf } from '../../ledger/walks.ts'
import { runsBehind, unjudgedRuns } from '../../ledger/verdicts.ts'
import { judgePage } from './judge-page.ts'
import { runsPerPage, type Action } from './plan.ts'
import { toStandingTaxon } from './to-standing-taxon.ts'

/** Does one action: a transaction for each page. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  switch (action.kind) {
    case 'begin':
      await deps.ledger.write(tx => beginStanding(tx, action.taxId, action.standing))
      return
    case 'judge':
      return pageByPage(action.pages, () => judgeNext(action.taxId, deps))
    case 'walk':
      return pageByPage(action.pages, () => walkOn(action, deps))
  }
}

/** A statement waits for nothing: between two pages whoever else has something to do (the door, a signal) comes to their turn. */
async function pageByPage(pages: number, next: () => Promise<boolean>): Promise<void> {
  for (let page = 0; page < pages && (await next()); page++) await letOthers()
}

/** Judges the next runs of a taxon that are not judged yet; false when there were none. */
function judgeNext(taxId: number, deps: Deps): Promise<boolean> {
  return deps.ledger.write(async tx => {
    const runs = await unjudgedRuns(tx, taxId, runsPerPage)
    if (runs.length > 0) await judgePage(tx, runs, deps)
    return runs.length > 0
  })
}

/**
 * Goes through the next runs of a taxon whose standing changed; false when it has come to the end, or the standing changed again. How far
 * it came is written with them.
 */
function walkOn({ taxId, standing }: Extract<Action, { kind: 'walk' }>, deps: Deps): Promise<boolean> {
  return deps.ledger.write(async tx => {
    const taxon = await taxonRow(tx, taxId)
    if (taxon === undefined || standingOf(toStandingTaxon(taxon, deps.taxonDefaults)).standing !== standing) return false
    const after = await walkOf(tx, taxId, standing)
    const runs = await runsBehind(tx, taxId, after, runsPerPage)
    const last = runs.at(-1)
    if (last === undefined) {
      await endWalk(tx, taxId, standing)
      return false
    }
    await judgePage(tx, runs, deps)
    await noteWalk(tx, taxId, standing, last)
    return true
  })
}
