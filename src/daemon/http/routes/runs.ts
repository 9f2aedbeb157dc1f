import { showRun } from '../../../api/run-fate.ts'
import { listRuns, retryRuns, skipRuns, streamRuns } from '../../../api/runs.ts'
import { readRunAccession } from '../../../core/accession.ts'
import { Problem } from '../../../core/problem.ts'
import { runFateOf } from '../../ledger/asked/run-fate.ts'
import { everyRun, runList } from '../../ledger/asked/run-list.ts'
import { lookAtSkipping, skipRunRows } from '../../ledger/requested/skip-runs.ts'
import { knownTaxon } from '../../ledger/requested/tracked-taxon.ts'
import { tellFate } from '../fate-story.ts'
import { readRuns, retryAsked } from '../retry-asked.ts'
import { route, streamRoute, type Route } from '../route.ts'

/** What people ask about runs. */
export const runRoutes: readonly Route[] = [
  route(listRuns, async ({ query }, { ledger }) => {
    if (query.taxon !== undefined) await knownTaxon(ledger.read, query.taxon)
    return runList(
      ledger.read,
      { taxId: query.taxon, state: query.state, reason: query.reason },
      { after: query.after, limit: query.limit },
    )
  }),
  streamRoute(streamRuns, async ({ query }, { ledger }) => {
    if (query.taxon !== undefined) await knownTaxon(ledger.read, query.taxon)
    return everyRun(ledger.read, { taxId: query.taxon, state: query.state, reason: query.reason })
  }),
  route(showRun, async ({ params, now }, { ledger, libraryDir }) => {
    const run = readRunAccession(params.accession)
    if (run === undefined)
      throw new Problem(
        'bad-input',
        `"${params.accession.slice(0, 40)}" is not a run accession: wanted is ERR, SRR or DRR and six or more digits`,
      )
    const fate = await runFateOf(ledger.read, run, libraryDir, now)
    if (fate === undefined) throw new Problem('not-found', `${run} was never seen: no check of a tracked taxon has listed it`)
    return { ...fate, story: tellFate(fate) }
  }),
  route(retryRuns, retryAsked),
  route(skipRuns, async ({ body, person, now }, parts) => {
    const runs = readRuns(body.runs)
    if (body.dryRun) return lookAtSkipping(parts.ledger.read, runs, body.taxId)
    const skipping = await skipRunRows(parts.ledger, runs, body.taxId, {
      at: now,
      why: body.why === '' ? 'a person asked for it' : body.why,
      byWhom: person,
    })
    parts.wake()
    return skipping
  }),
]
