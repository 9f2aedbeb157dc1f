import { pageOf } from '../answers/page.ts'
import { showImage, showSnapshot } from '../answers/show-image.ts'
import { showRegion } from '../answers/show-region.ts'
import { showSize } from '../answers/show-size.ts'
import type { CloudExchange, Reply } from '../exchange.ts'
import { notFound } from '../refusal.ts'
import type { Image } from '../world/image.ts'
import type { Region } from '../world/region.ts'
import type { Endpoint } from './endpoint.ts'

/** What the cloud offers: sizes, regions, images, snapshots, virtual networks. */
export const catalogueEndpoints: readonly Endpoint[] = [
  {
    method: 'GET',
    path: '/v2/sizes',
    scopes: ['sizes:read'],
    answer: exchange => {
      const { sizes, settings } = exchange.world
      return {
        status: 200,
        body: pageOf(
          exchange,
          'sizes',
          sizes.map(size => showSize(size, settings.pricesAsFloats)),
        ),
      }
    },
  },
  {
    method: 'GET',
    path: '/v2/regions',
    scopes: ['regions:read'],
    answer: exchange => {
      const { regions, sizes } = exchange.world
      return {
        status: 200,
        body: pageOf(
          exchange,
          'regions',
          regions.map(region => showRegion(region, sizes)),
        ),
      }
    },
  },
  { method: 'GET', path: '/v2/images', scopes: ['image:read'], answer: listImages },
  {
    method: 'GET',
    path: '/v2/images/{image}',
    scopes: ['image:read'],
    answer: exchange => ({ status: 200, body: { image: showImage(findImage(exchange)) } }),
  },
  {
    method: 'GET',
    path: '/v2/snapshots',
    scopes: ['snapshot:read'],
    answer: exchange => {
      const isOther = exchange.asked.get('resource_type') === 'volume'
      const own = isOther ? [] : exchange.world.images.filter(image => !image.isPublic)
      return { status: 200, body: pageOf(exchange, 'snapshots', own.map(showSnapshot)) }
    },
  },
  {
    method: 'GET',
    path: '/v2/snapshots/{image}',
    scopes: ['snapshot:read'],
    answer: exchange => {
      const image = findImage(exchange)
      if (image.isPublic) throw notFound()
      return { status: 200, body: { snapshot: showSnapshot(image) } }
    },
  },
  {
    method: 'GET',
    path: '/v2/vpcs',
    scopes: ['vpc:read'],
    answer: exchange => {
      const { regions, settings } = exchange.world
      const vpcs = regions.map(region => showVpc(region, settings.networks.private.cidr))
      return { status: 200, body: pageOf(exchange, 'vpcs', vpcs) }
    },
  },
  {
    method: 'GET',
    path: '/v2/vpcs/{vpc}',
    scopes: ['vpc:read'],
    answer: ({ world, names }) => {
      const region = world.regions.find(one => one.vpcUuid === names['vpc'])
      if (region === undefined) throw notFound()
      return { status: 200, body: { vpc: showVpc(region, world.settings.networks.private.cidr) } }
    },
  },
]

function listImages(exchange: CloudExchange): Reply {
  const { asked, world } = exchange
  const isAskedFor = (image: Image) =>
    (asked.get('private') !== 'true' || !image.isPublic) && (asked.get('type') !== 'distribution' || image.isPublic)
  return { status: 200, body: pageOf(exchange, 'images', world.images.filter(isAskedFor).map(showImage)) }
}

function findImage({ world, names }: CloudExchange): Image {
  const sought = names['image'] ?? ''
  const image = world.images.find(one => String(one.id) === sought || one.slug === sought)
  if (image === undefined) throw notFound()
  return image
}

function showVpc(region: Region, privateCidr: string): Record<string, unknown> {
  return {
    id: region.vpcUuid,
    urn: `do:vpc:${region.vpcUuid}`,
    name: `default-${region.slug}`,
    description: '',
    region: region.slug,
    ip_range: privateCidr,
    created_at: '2024-01-01T00:00:00Z',
    default: true,
  }
}
