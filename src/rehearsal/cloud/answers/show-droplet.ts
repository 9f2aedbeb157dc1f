import { hasScope } from '../api-token.ts'
import type { CloudExchange } from '../exchange.ts'
import { gatewayOf, netmaskOf } from '../network.ts'
import type { Droplet } from '../world/droplet.ts'
import { showImage } from './show-image.ts'
import { showInstant } from './show-instant.ts'
import { showRegion } from './show-region.ts'
import { showSize } from './show-size.ts'

/** A droplet as the API shows it. A token without the scope for tags sees none. */
export function showDroplet(droplet: Droplet, { world, token }: CloudExchange): Record<string, unknown> {
  const { size, region, image } = droplet
  return {
    id: droplet.id,
    name: droplet.name,
    memory: size.memoryMb,
    vcpus: size.vcpus,
    disk: size.diskGb,
    disk_info: [{ type: 'local', size: { amount: size.diskGb, unit: 'gib' } }],
    locked: false,
    status: droplet.status,
    kernel: null,
    created_at: showInstant(droplet.createdAtMs),
    features: [...droplet.features],
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: [],
    image: showImage(image),
    volume_ids: [],
    size: showSize(size, world.settings.pricesAsFloats),
    size_slug: size.slug,
    networks: { v4: showAddresses(droplet, world.settings.networks), v6: [] },
    region: showRegion(region, world.sizes),
    tags: hasScope(token, 'tag:read') ? [...droplet.tags] : [],
    vpc_uuid: droplet.vpcUuid,
  }
}

type Networks = CloudExchange['world']['settings']['networks']

// The private address comes first, and its gateway is a word: both as recorded.
function showAddresses(droplet: Droplet, networks: Networks): Record<string, unknown>[] {
  if (!droplet.showsAddresses) return []
  const { publicAddress, privateAddress } = droplet
  const inside = { ip_address: privateAddress, netmask: netmaskOf(networks.private), gateway: 'nil', type: 'private' }
  if (droplet.isPrivateOnly) return [inside]
  const gateway = gatewayOf(networks.public)
  return [inside, { ip_address: publicAddress, netmask: netmaskOf(networks.public), gateway, type: 'public' }]
}
