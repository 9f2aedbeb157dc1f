import type { RequestListener } from 'node:http'
import type { DropletSpec } from '../../droplet-hosts.ts'
import { gatewayOf, netmaskOf, usualNetworks } from '../../network.ts'
import { macOf } from '../mac-of.ts'

/** As much of the metadata address as cloud-init reads: `/metadata/v1.json`, for the droplet that asks; a few single values beside it. */
export function tinyMetadata(dropletOf: (address: string) => DropletSpec | undefined): RequestListener {
  return (request, response) => {
    const droplet = dropletOf(request.socket.remoteAddress ?? '')
    const answers: Record<string, string> =
      droplet === undefined
        ? {}
        : {
            '/metadata/v1.json': JSON.stringify(treeOf(droplet)),
            '/metadata/v1/id': String(droplet.id),
            '/metadata/v1/hostname': droplet.name,
            '/metadata/v1/user-data': droplet.userData,
          }
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200)
    response.end(answer ?? 'not found')
  }
}

function treeOf(droplet: DropletSpec): unknown {
  const { public: outer, private: inner } = usualNetworks
  return {
    droplet_id: droplet.id,
    hostname: droplet.name,
    user_data: droplet.userData,
    vendor_data: '#cloud-config\n{"disable_root": false, "manage_etc_hosts": false}\n',
    public_keys: droplet.sshKeys,
    region: droplet.region,
    interfaces: {
      public: [
        {
          ipv4: { ip_address: droplet.publicAddress, netmask: netmaskOf(outer), gateway: gatewayOf(outer) },
          mac: macOf(droplet.id, 'public'),
          type: 'public',
        },
      ],
      private: [
        {
          ipv4: { ip_address: droplet.privateAddress, netmask: netmaskOf(inner), gateway: '0.0.0.0' },
          mac: macOf(droplet.id, 'private'),
          type: 'private',
        },
      ],
    },
    dns: { nameservers: [gatewayOf(outer)] },
    tags: droplet.tags,
    features: { dhcp_enabled: false },
  }
}
