import { oneDropletSchema, type SeenDroplet } from './answer-schemas.ts'
import type { ApiAnswer, ApiClient } from './api-client.ts'
import type { Purpose } from './call-budget.ts'
import { Problem } from '../../../core/problem.ts'

/** Whether an id can be one of a droplet. */
export function isDropletId(machineId: string): boolean {
  return /^[1-9]\d{0,15}$/.test(machineId) && Number.isSafeInteger(Number(machineId))
}

/** Whether the API itself says that there is no such thing: a page of a proxy that says 404 knows nothing of droplets. */
export function saysGone({ status, body, refusal }: ApiAnswer): boolean {
  return status === 404 && refusal !== '' && /^not.?found$/i.test((body as { id: string }).id)
}

/** One droplet as it is now, whosever it is. Throws as `ApiClient.read`. */
export async function findDroplet(api: ApiClient, machineId: string, purpose: Purpose): Promise<SeenDroplet | 'gone'> {
  if (!isDropletId(machineId)) return 'gone'
  const name = `GET /v2/droplets/${machineId}`
  const answer = await api.ask({
    purpose,
    name,
    call: (client, signal) =>
      client.GET('/v2/droplets/{droplet_id}', { params: { path: { droplet_id: Number(machineId) } }, signal }),
    expected: [200, 404],
  })
  if (saysGone(answer)) return 'gone'
  if (answer.status === 404) throw new Problem('broken-answer', `${name} answered 404, but not in the words of the API`)
  const { droplet } = api.fitting(name, answer, oneDropletSchema)
  if (droplet.id !== machineId) throw new Problem('broken-answer', `${name} answered with droplet ${droplet.id}`)
  return droplet
}
