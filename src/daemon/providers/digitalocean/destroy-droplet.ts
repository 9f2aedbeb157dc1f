import type { EffectPoint } from '../../../core/effect-point.ts'
import { Problem } from '../../../core/problem.ts'
import type { SeenDroplet } from './answer-schemas.ts'
import type { ApiClient } from './api-client.ts'
import { findDroplet, saysGone } from './find-droplet.ts'

/** What ends droplets. */
export interface Ender {
  api: ApiClient
  /** The last look: only what is ours may be ended. */
  isOurs: (droplet: SeenDroplet) => boolean
  effect: EffectPoint
}

/** The API still works on what was asked before: on the creation, or on an earlier deletion. */
const stillBusy = /pending event|already in progress|try again|being (created|destroyed|deleted)/i

/**
 * Asks for a droplet to be deleted, after a last look at it. The 204 is not believed: `gone` is said only when the API no longer knows
 * it. Throws `refused` for a droplet that is not ours, `slow-down` and `unreachable` when the API has to be asked again.
 */
export async function destroyDroplet({ api, isOurs, effect }: Ender, machineId: string): Promise<'going' | 'gone'> {
  const seen = await findDroplet(api, machineId, 'end')
  if (seen === 'gone') return 'gone'
  if (!isOurs(seen)) throw new Problem('refused', `droplet ${machineId} has not our tag and name, so it is not destroyed`)
  const name = `DELETE /v2/droplets/${machineId}`
  const answer = await api.ask({
    purpose: 'end',
    name,
    call: (client, signal) =>
      client.DELETE('/v2/droplets/{droplet_id}', { params: { path: { droplet_id: Number(machineId) } }, signal }),
    expected: [204, 404, 422],
  })
  effect('digitalocean: deletion asked for')
  if (saysGone(answer)) return 'gone'
  if (answer.status === 404) throw new Problem('broken-answer', `${name} answered 404, but not in the words of the API`)
  if (answer.status === 422 && !stillBusy.test(answer.refusal)) {
    throw new Problem('refused', `${name} answered 422: ${answer.refusal}`)
  }
  return 'going'
}
