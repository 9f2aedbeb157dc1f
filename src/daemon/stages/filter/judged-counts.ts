import { writeEvent } from '../../ledger/events.ts'
import type { Tx } from '../../ledger/ledger.ts'
import type { Cause } from '../../ledger/move-state.ts'
import type { VerdictRow } from '../../ledger/verdicts.ts'

type Kind = 'accepted' | 'rejected' | 'waiting'

/** How many runs of each taxon were judged, for the taxon's log. A verdict that comes out as it was is not counted. */
export class JudgedCounts {
  private readonly byTaxon = new Map<number, Record<Kind, number>>()

  add(before: VerdictRow, kind: Kind, now: { reasonsJson: string; filterSet: string }): void {
    if (before.filter_set === now.filterSet && before.reasons_json === now.reasonsJson) return
    const counts = this.byTaxon.get(before.tax_id) ?? { accepted: 0, rejected: 0, waiting: 0 }
    counts[kind] += 1
    this.byTaxon.set(before.tax_id, counts)
  }

  /** One event for each taxon. */
  async write(tx: Tx, cause: Cause): Promise<void> {
    for (const [taxId, { accepted, rejected, waiting }] of this.byTaxon) {
      const why = `kept=${accepted} rejected=${rejected}${waiting > 0 ? ` waiting=${waiting}` : ''}`
      await writeEvent(tx, { subject: 'taxon', subjectId: String(taxId), event: 'judged' }, { ...cause, why, taxId })
    }
  }
}
