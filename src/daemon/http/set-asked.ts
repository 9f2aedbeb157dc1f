import type { ReplyTo } from '../../api/client.ts'
import type { setTaxon } from '../../api/taxa.ts'
import { readSetOrder } from '../../core/effective-settings.ts'
import { taxonDetailOf } from '../ledger/asked/taxon-detail.ts'
import { forecastSeconds } from '../../core/forecast.ts'
import { hoursFor, workRate } from '../ledger/asked/work-rate.ts'
import { priceWork, usualWork } from './price-work.ts'
import { sizeOfRedo } from '../ledger/requested/redo-runs.ts'
import { changeTaxon } from '../ledger/change-taxon.ts'
import { lookAtSetting, type SettingChange } from '../ledger/requested/look-at-setting.ts'
import type { DoorParts } from './door-parts.ts'
import { recipeNow, requireRecipe } from './require-recipe.ts'
import type { Asked } from './route.ts'

/** Sets what is asked of a taxon, and says what the change means for what is delivered already. */
export async function setAsked(
  taxId: number,
  { body, person, now }: Asked<typeof setTaxon>,
  parts: DoorParts,
): Promise<ReplyTo<typeof setTaxon>> {
  const { ledger, taxonDefaults } = parts
  const order = readSetOrder(body.settings)
  requireRecipe(order.set['recipe'], parts)
  const change = await lookAtSetting(ledger.read, taxId, order, taxonDefaults)
  if (!body.dryRun && change.changed.length > 0) {
    const why = change.changed.map(({ key, before, after }) => `${key}: ${before} → ${after}`).join('; ')
    await ledger.write(tx => changeTaxon(tx, taxId, order, { at: now, why, byWhom: person }))
    parts.wake()
  }
  return {
    taxon: await taxonDetailOf(ledger.read, taxId, taxonDefaults),
    changed: change.changed,
    rejudges: change.rejudges,
    redoing: await redoingOf(taxId, change, parts),
  }
}

/** Only a changed recipe, or a change of what is kept, touches what is delivered; and only a person owes it anew. */
async function redoingOf(
  taxId: number,
  { changed, after }: SettingChange,
  parts: DoorParts,
): Promise<ReplyTo<typeof setTaxon>['redoing']> {
  if (!changed.some(({ key }) => key === 'recipe' || key === 'keep')) return null
  const { read } = parts.ledger
  const { runs, bytes } = await sizeOfRedo(read, taxId, recipeNow(after, parts))
  const rate = await workRate(read)
  const work = { runs, bases: bytes }
  const machines = usualWork({ runs, bytes }, forecastSeconds(work, rate.rate), parts)
  const { microdollars } = await priceWork(machines === undefined ? [] : [machines], parts)
  return { runs, bytes, hours: hoursFor(work, rate, parts.policy.maxWorkers), hoursFrom: rate.from, microdollars }
}
