import { hasScope } from '../api-token.ts'
import { pageOf } from '../answers/page.ts'
import { showDroplet } from '../answers/show-droplet.ts'
import type { CloudExchange, Reply } from '../exchange.ts'
import { forbidden, unprocessable } from '../refusal.ts'
import type { Droplet } from '../world/droplet.ts'
import { type Endpoint, numberIn } from './endpoint.ts'
import { readWish } from './read-wish.ts'

/** Making, listing, looking up and destroying droplets. */
export const dropletEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: '/v2/droplets', scopes: ['droplet:create'], answer: create },
  { method: 'GET', path: '/v2/droplets', scopes: ['droplet:read'], answer: list },
  { method: 'DELETE', path: '/v2/droplets', scopes: ['droplet:delete', 'tag:read'], answer: destroyByTag },
  {
    method: 'GET',
    path: '/v2/droplets/{id}',
    scopes: ['droplet:read'],
    answer: exchange => ({
      status: 200,
      body: { droplet: showDroplet(exchange.world.find(numberIn(exchange, 'id')), exchange) },
    }),
  },
  {
    method: 'DELETE',
    path: '/v2/droplets/{id}',
    scopes: ['droplet:delete'],
    answer(exchange) {
      exchange.world.destroy(numberIn(exchange, 'id'))
      return { status: 204 }
    },
  },
]

function create(exchange: CloudExchange): Reply {
  const made = exchange.world.create(readWish(exchange))
  const actions = made.map(({ action }) => ({
    id: action.id,
    rel: 'create',
    href: `${exchange.origin}/v2/actions/${action.id}`,
  }))
  const [first, ...others] = made.map(({ droplet }) => showDroplet(droplet, exchange))
  const isSingle = !(exchange.body as object).hasOwnProperty('names')
  return {
    status: 202,
    body: isSingle ? { droplet: first, links: { actions } } : { droplets: [first, ...others], links: { actions } },
  }
}

function list(exchange: CloudExchange): Reply {
  const { world, asked, token } = exchange
  const tag = asked.get('tag_name')
  const name = asked.get('name')
  if (tag !== null && name !== null) throw unprocessable('tag_name and name cannot be combined')
  if (tag !== null && !hasScope(token, 'tag:read')) throw forbidden()
  // Droplets with graphics processors are a list of their own, and this cloud has none.
  const isOther = asked.get('type') === 'gpus'
  const found = isOther ? [] : world.listed().filter(droplet => isAskedFor(droplet, tag, name))
  return {
    status: 200,
    body: pageOf(
      exchange,
      'droplets',
      found.map(droplet => showDroplet(droplet, exchange)),
    ),
  }
}

function isAskedFor(droplet: Droplet, tag: string | null, name: string | null): boolean {
  if (tag !== null) return droplet.tags.includes(tag)
  return name === null || droplet.name.toLowerCase() === name.toLowerCase()
}

/** Destroys every droplet with a tag, those that no list shows yet included; busy ones are left, and nobody is told. */
function destroyByTag({ world, asked }: CloudExchange): Reply {
  const tag = asked.get('tag_name') ?? ''
  if (tag === '') throw unprocessable('tag_name must be given')
  for (const droplet of world.living()) {
    if (droplet.tags.includes(tag) && droplet.event === undefined && !droplet.isHidden) world.destroy(droplet.id)
  }
  return { status: 204 }
}
