import {
  addTaxa,
  checkTaxon,
  importTaxa,
  listTaxa,
  pauseTaxon,
  removeTaxon,
  setTaxon,
  showTaxon,
  taxIdParam,
  taxonLog,
} from '../../../api/taxa.ts'
import { taxonDetailOf } from '../../ledger/asked/taxon-detail.ts'
import { taxonEvents } from '../../ledger/asked/taxon-log.ts'
import { taxonList } from '../../ledger/asked/taxon-list.ts'
import { lookAtRemoval, lostBy, mayCancel, removeTaxonRow, type Removal } from '../../ledger/requested/remove-taxon.ts'
import { knownTaxon, trackedTaxon, whatHolds } from '../../ledger/requested/tracked-taxon.ts'
import { pauseTaxon as pauseTaxonRow, wantCheck } from '../../ledger/taxa.ts'
import { logLines } from '../../projections/log-line.ts'
import { addAsked, importAsked } from '../add-asked.ts'
import { numberKey } from '../number-key.ts'
import { parse, route, type Route } from '../route.ts'
import { setAsked } from '../set-asked.ts'

function taxIdOf(params: { taxId: string }): number {
  return parse(taxIdParam, params.taxId, 'the address')
}

/** What people ask about taxa. */
export const taxonRoutes: readonly Route[] = [
  route(listTaxa, ({ query }, { ledger }) =>
    taxonList(ledger.read, { removed: query.removed, after: numberKey(query.after), limit: query.limit }),
  ),
  route(showTaxon, ({ params }, parts) => taxonDetailOf(parts.ledger.read, taxIdOf(params), parts.taxonDefaults)),
  route(addTaxa, addAsked),
  route(importTaxa, importAsked),
  route(setTaxon, (asked, parts) => setAsked(taxIdOf(asked.params), asked, parts)),
  route(removeTaxon, async ({ params, body, person, now }, parts) => {
    const taxId = taxIdOf(params)
    const taxon = await knownTaxon(parts.ledger.read, taxId)
    const removal = body.dryRun
      ? await lookAtRemoval(parts.ledger.read, taxId)
      : await removeTaxonRow(parts.ledger, taxId, body.cancel, {
          at: now,
          why: body.cancel ? 'removed, its work cancelled' : 'removed',
          byWhom: person,
        })
    if (!body.dryRun) parts.wake()
    return toReply(taxId, taxon.scientific_name, removal, body.cancel)
  }),
  route(pauseTaxon, async ({ params, body, person, now }, parts) => {
    const taxId = taxIdOf(params)
    const { scientific_name: scientificName } = await trackedTaxon(parts.ledger.read, taxId)
    const changed = await parts.ledger.write(tx => pauseTaxonRow(tx, taxId, body.paused, { at: now, why: '', byWhom: person }))
    parts.wake()
    return { taxId, scientificName, changed, held: '' }
  }),
  route(checkTaxon, async ({ params, body, person, now }, parts) => {
    const taxId = taxIdOf(params)
    const taxon = await trackedTaxon(parts.ledger.read, taxId)
    const why = body.full ? 'asked for a full check' : 'asked for a check'
    await parts.ledger.write(tx => wantCheck(tx, taxId, body.full, { at: now, why, byWhom: person }))
    parts.wake()
    return { taxId, scientificName: taxon.scientific_name, changed: true, held: await whatHolds(parts.ledger.read, taxon) }
  }),
  route(taxonLog, async ({ params, query }, { ledger }) => {
    const taxId = taxIdOf(params)
    await knownTaxon(ledger.read, taxId)
    const events = await taxonEvents(ledger.read, taxId, { after: numberKey(query.after), limit: query.limit })
    const lines = await logLines(ledger.read, events)
    const rows = events.map((event, place) => ({ id: event.id, at: event.at, line: (lines[place] ?? '').trimEnd() }))
    return { rows, next: null }
  }),
]

function toReply(taxId: number, scientificName: string, removal: Removal, cancel: boolean) {
  return {
    taxId,
    scientificName,
    dropped: removal.dropped,
    shared: removal.shared,
    batched: removal.batched.length,
    cancelledBatches: cancel ? removal.batches.filter(batch => mayCancel(batch.state)).map(batch => batch.name) : [],
    lostRuns: cancel ? lostBy(removal).map(delivery => delivery.runAccession) : [],
  }
}
