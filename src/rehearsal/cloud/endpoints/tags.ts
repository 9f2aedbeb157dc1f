import * as v from 'valibot'
import { pageOf } from '../answers/page.ts'
import type { CloudExchange, Reply } from '../exchange.ts'
import { notFound, unprocessable } from '../refusal.ts'
import type { Droplet } from '../world/droplet.ts'
import { isTag } from '../world/tag-book.ts'
import type { Endpoint } from './endpoint.ts'

const tagBody = v.object({ name: v.string() })
const resourcesBody = v.object({
  resources: v.array(v.object({ resource_id: v.string(), resource_type: v.string() })),
})

/** Tags, and putting them on droplets and taking them off. A tag has to be written as it was first. */
export const tagEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/v2/tags',
    scopes: ['tag:read'],
    answer: exchange => {
      const tags = exchange.world.tags.all().map(tag => showTag(tag, exchange))
      return { status: 200, body: pageOf(exchange, 'tags', tags) }
    },
  },
  {
    method: 'POST',
    path: '/v2/tags',
    scopes: ['tag:create'],
    answer: exchange => {
      const read = v.safeParse(tagBody, exchange.body)
      if (!read.success || !isTag(read.output.name)) throw unprocessable('tag name is missing or has invalid characters')
      return { status: 201, body: { tag: showTag(exchange.world.tags.make(read.output.name), exchange) } }
    },
  },
  {
    method: 'GET',
    path: '/v2/tags/{tag}',
    scopes: ['tag:read'],
    answer: exchange => ({ status: 200, body: { tag: showTag(findTag(exchange), exchange) } }),
  },
  {
    method: 'DELETE',
    path: '/v2/tags/{tag}',
    scopes: ['tag:delete'],
    answer: exchange => {
      const tag = findTag(exchange)
      for (const droplet of exchange.world.living()) exchange.world.untag(droplet, tag)
      exchange.world.tags.remove(tag)
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: '/v2/tags/{tag}/resources',
    scopes: ['tag:create'],
    answer: exchange => forEachDroplet(exchange, (droplet, tag) => exchange.world.tag(droplet, tag)),
  },
  {
    method: 'DELETE',
    path: '/v2/tags/{tag}/resources',
    scopes: ['tag:delete'],
    answer: exchange => forEachDroplet(exchange, (droplet, tag) => exchange.world.untag(droplet, tag)),
  },
]

function forEachDroplet(exchange: CloudExchange, apply: (droplet: Droplet, tag: string) => void): Reply {
  const tag = findTag(exchange)
  const read = v.safeParse(resourcesBody, exchange.body)
  if (!read.success) throw unprocessable('resources must name a resource_id and a resource_type each')
  const droplets = read.output.resources.map(({ resource_id, resource_type }) => {
    if (resource_type !== 'droplet') throw unprocessable(`this cloud has no ${resource_type} that can be tagged`)
    return exchange.world.find(/^\d{1,15}$/.test(resource_id) ? Number(resource_id) : Number.NaN)
  })
  for (const droplet of droplets) apply(droplet, tag)
  return { status: 204 }
}

function findTag({ world, names }: CloudExchange): string {
  const sought = names['tag'] ?? ''
  const tag = world.tags.find(sought)
  if (tag !== sought) throw notFound()
  return tag
}

function showTag(tag: string, { world, origin }: CloudExchange): Record<string, unknown> {
  const tagged = world.living().filter(droplet => droplet.tags.includes(tag))
  const last = tagged.at(-1)
  const counted = { count: tagged.length, ...(last === undefined ? {} : { last_tagged_uri: `${origin}/v2/droplets/${last.id}` }) }
  const none = { count: 0 }
  const others = { images: none, volumes: none, volume_snapshots: none, databases: none }
  return { name: tag, resources: { ...counted, droplets: counted, ...others } }
}
