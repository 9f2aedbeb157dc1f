import type { RunAccession } from '../../core/accession.ts'
import type { Ledger } from './ledger.ts'
import type { Cause } from './move-state.ts'
import { writeEvent } from './events.ts'
import { insertHeld } from './owed.ts'
import { markUnjudged } from './verdicts.ts'

const runsAtOnce = 1000

/** What importing a list of holdings came to. */
export interface HoldingsImport {
  added: number
  /** Runs that are at home or held already. */
  known: number
}

/**
 * Writes down runs that the group already holds. They satisfy every recipe as they are in the archive now; files that change later are
 * owed. A run that no check has seen yet is held as its first files will be. Again is the same as once.
 */
export async function importHoldings(
  ledger: Ledger,
  runs: readonly RunAccession[],
  newId: () => string,
  cause: Cause,
): Promise<HoldingsImport> {
  const sum: HoldingsImport = { added: 0, known: 0 }
  for (let from = 0; from < runs.length; from += runsAtOnce) {
    const page = runs.slice(from, from + runsAtOnce)
    const added = await importPage(ledger, page, newId, cause)
    sum.added += added
    sum.known += page.length - added
  }
  return sum
}

function importPage(ledger: Ledger, page: readonly RunAccession[], newId: () => string, cause: Cause): Promise<number> {
  return ledger.write(async tx => {
    const home = await tx
      .selectFrom('deliveries as d')
      .leftJoin('runs as r', 'r.run_accession', 'd.run_accession')
      .select('d.run_accession')
      .where('d.run_accession', 'in', page)
      .where('d.state', 'in', ['held', 'delivered'])
      .where(eb => eb.or([eb('d.revision', '=', ''), eb('r.revision', 'is', null), eb('d.revision', '=', eb.ref('r.revision'))]))
      .execute()
    const known = new Set(home.map(row => row.run_accession))
    const seen = await tx.selectFrom('runs').select(['run_accession', 'revision']).where('run_accession', 'in', page).execute()
    const revisions = new Map(seen.map(row => [row.run_accession, row.revision]))
    const fresh = page.filter(run => !known.has(run))
    insertHeld(
      ledger,
      fresh.map(runAccession => ({ id: newId(), runAccession, revision: revisions.get(runAccession) ?? '' })),
      cause.at,
    )
    await markUnjudged(tx, fresh)
    if (fresh.length > 0) {
      const said = { ...cause, why: `${fresh.length} runs are held already` }
      await writeEvent(tx, { subject: 'installation', subjectId: 'holdings', event: 'imported' }, said)
    }
    return fresh.length
  })
}
