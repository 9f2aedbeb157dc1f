import type { EffectPoint } from '../../../core/effect-point.ts'
import type { Price } from '../../../core/cost.ts'
import { systemTiming } from '../../fetch/timing.ts'
import type { SeenDroplet } from './answer-schemas.ts'
import { ApiClient, type ApiOptions } from './api-client.ts'
import { destroyDroplet } from './destroy-droplet.ts'
import { commonTag, isDropletName, readMarks, type DropletMarks } from './droplet-marks.ts'
import { listDroplets } from './list-droplets.ts'
import { parsePrice } from './parse-price.ts'

/** A droplet of microfetch, whichever installation made it. */
export interface AnyDroplet extends Omit<DropletMarks, 'isMicrofetch'> {
  id: string
  name: string
  /** It has a name that microfetch gives too; without it, it is not destroyed. */
  isNamedByUs: boolean
  /** As the API says it. */
  status: string
  createdAt: Date
  price: Price
}

/** What sees and ends droplets with nothing but the token: no ledger, no installation. */
export interface AllDroplets {
  /** Every droplet with the tag `mf`, of any installation. Throws a Problem when the API cannot be asked. */
  list(): Promise<AnyDroplet[]>
  /** Asks for one to be deleted, after a last look at its tag and name; as `Provider.destroy`. */
  destroy(machineId: string): Promise<'going' | 'gone'>
}

/** Opens them. Throws `refused` for a token that cannot be one. */
export function allDroplets(
  options: Omit<ApiOptions, 'timing' | 'callSeconds'> & Partial<ApiOptions> & { effect: EffectPoint },
): AllDroplets {
  const api = new ApiClient({ timing: systemTiming, callSeconds: 60, ...options })
  const isOurs = ({ tags, name }: SeenDroplet) => readMarks(tags).isMicrofetch && isDropletName(name)
  return {
    list: async () => (await listDroplets(api, commonTag)).map(toAny),
    destroy: machineId => destroyDroplet({ api, isOurs, effect: options.effect }, machineId),
  }
}

function toAny(droplet: SeenDroplet): AnyDroplet {
  const { installationId, attemptId, expiresAt, keep } = readMarks(droplet.tags)
  const { id, name, status, created_at: createdAt, size } = droplet
  return {
    installationId,
    attemptId,
    expiresAt,
    keep,
    id,
    name,
    isNamedByUs: isDropletName(name),
    status,
    createdAt,
    price: parsePrice(size.price_hourly),
  }
}
