import type { TestContext } from 'node:test'
import { makeInstantTiming } from '../../../../../test/fakes/instant-timing.ts'
import { answering, inTurn, openScriptedServer, type Heard, type Reply } from '../../../../../test/fakes/scripted-server.ts'
import type { Provider } from '../../provider.ts'
import { ApiClient } from '../api-client.ts'
import type { DropletCreate } from '../api-paths.ts'
import { digitaloceanProvider } from '../digitalocean-provider.ts'
import type { DigitalOceanOptions } from '../digitalocean-options.ts'
import { usualOptions } from './cloud-under-test.ts'

/** An API that answers as it is told, with a provider and a client over it, and time that passes only by waiting. */
export interface ScriptedApi {
  provider: Provider
  client: ApiClient
  heard: Heard[]
  /** What creates asked for. */
  wishes: DropletCreate[]
  /** Every wait, in milliseconds. */
  slept: number[]
  /** Names of the effects that were told. */
  effects: string[]
  warned: string[]
}

/** The token of the scripted API. */
export const secretToken = 'dop_v1_0123456789abcdef'

/**
 * Opens one: `replies` answer one call after the other, the last for ever. The account, which a create looks at first, answers by itself
 * that there is room, unless `asksAccount` leaves it to the replies.
 */
export async function openScriptedApi(
  t: TestContext,
  replies: [Reply, ...Reply[]],
  changes: Partial<DigitalOceanOptions> & { asksAccount?: boolean } = {},
): Promise<ScriptedApi> {
  const { asksAccount = false, ...others } = changes
  const scripted = inTurn(...replies)
  const calls: Heard[] = []
  const server = await openScriptedServer((response, heard) => {
    const own = asksAccount ? undefined : ofAccount(heard)
    if (own !== undefined) return own(response, heard)
    calls.push(heard)
    scripted(response, heard)
  })
  t.after(() => server.close())
  const timing = makeInstantTiming()
  const wishes: DropletCreate[] = []
  const effects: string[] = []
  const warned: string[] = []
  const options: DigitalOceanOptions = {
    ...usualOptions(server.url),
    token: secretToken,
    timing,
    clock: () => new Date(Date.parse('2026-08-20T12:00:00Z') + timing.nowMs()),
    fetch: async request => {
      if (request.method === 'POST') wishes.push((await request.clone().json()) as DropletCreate)
      return fetch(request)
    },
    effect: name => void effects.push(name),
    log: { say: () => undefined, warn: (text, fields) => void warned.push(`${text} ${JSON.stringify(fields ?? {})}`) },
    ...others,
  }
  const client = new ApiClient({ ...options, timing, callSeconds: options.callSeconds ?? 10 })
  return { provider: digitaloceanProvider(options), client, heard: calls, wishes, slept: timing.slept, effects, warned }
}

function ofAccount({ method, path, query }: Heard): Reply | undefined {
  if (path === '/v2/account') return json(200, { account: { droplet_limit: 25, status: 'active', status_message: '' } })
  const isCount = method === 'GET' && path === '/v2/droplets' && query.get('per_page') === '1'
  return isCount ? json(200, { droplets: [], links: {}, meta: { total: 3 } }) : undefined
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return answering(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8', ...headers })
}

/** A refusal in the words of the API. */
export function refusing(status: number, id: string, message: string, headers: Record<string, string> = {}): Reply {
  return json(status, { id, message, request_id: '4d9d8375-3c56-4925-a3e7-eb137fed17e9' }, headers)
}

/** As the API says that there is no such droplet. */
export const notThere = refusing(404, 'not_found', 'The resource you requested could not be found.')

/** A droplet as the API shows it, with more in it than is read. */
export function aDroplet(id: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    name: `mf-d${id}`,
    memory: 1024,
    locked: false,
    kernel: null,
    status: 'active',
    created_at: '2026-08-20T11:58:00Z',
    features: ['droplet_agent'],
    tags: ['mf', 'mf-env-here', `mf-attempt:d${id}`, 'mf-exp:1787256000'],
    networks: {
      v4: [
        { ip_address: '10.128.192.124', netmask: '255.255.0.0', gateway: 'nil', type: 'private' },
        { ip_address: `192.241.165.${id % 200}`, netmask: '255.255.255.0', gateway: '192.241.165.1', type: 'public' },
      ],
      v6: [],
    },
    size: { slug: 's-1vcpu-1gb', memory: 1024, price_hourly: 0.008929999545216560364, regions: ['fra1'], available: true },
    size_slug: 's-1vcpu-1gb',
    vpc_uuid: '760e09ef-dc84-11e8-981e-3cfdfeaae000',
    ...changes,
  }
}

/** As a create is accepted: nothing of it is there yet. */
export function accepted(id: number, changes: Record<string, unknown> = {}): Reply {
  const links = { actions: [{ id: 7515, rel: 'create', href: 'https://api.digitalocean.com/v2/actions/7515' }] }
  return json(202, { droplet: aDroplet(id, { status: 'new', networks: { v4: [], v6: [] }, ...changes }), links })
}

/** A page of a list. */
export function pageOf(droplets: readonly unknown[], total = droplets.length, next?: string): Reply {
  return json(200, { droplets, links: next === undefined ? {} : { pages: { next, last: next } }, meta: { total } })
}
