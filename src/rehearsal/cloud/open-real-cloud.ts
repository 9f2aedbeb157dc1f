import { metadataListener } from './metadata-tree.ts'
import { type Hub, type HubOptions, openHub } from './namespaces/hub.ts'
import { macOf } from './namespaces/mac-of.ts'
import { namespaceHosts, type NamespaceHosts, type NamespaceHostsOptions } from './namespaces/namespace-hosts.ts'
import { type CloudOptions, openCloud, type OpenCloud } from './open-cloud.ts'

/** A test cloud whose droplets are real: each a network namespace with its own root, address and sshd. */
export interface RealCloud extends OpenCloud {
  hub: Hub
  hosts: NamespaceHosts
}

/** How it is opened. */
export type RealCloudOptions = Omit<CloudOptions, 'hosts' | 'networks'> &
  HubOptions &
  Pick<NamespaceHostsOptions, 'cloudInit' | 'hidden' | 'seen'>

/** Opens it; works only inside a network of its own (`runInOwnNetwork`). Its API listens on that network's loopback. */
export async function openRealCloud({
  cloudInit,
  hidden = [],
  seen = [],
  dropletsMeet,
  networks,
  ...options
}: RealCloudOptions): Promise<RealCloud> {
  const hub = await openHub({
    ...(dropletsMeet === undefined ? {} : { dropletsMeet }),
    ...(networks === undefined ? {} : { networks }),
  })
  // The hosts come first, and ask a cloud that comes after them.
  const later: { cloud?: OpenCloud } = {}
  const metadata = metadataListener(
    (publicAddress, privateAddress) => later.cloud?.world.metadataOf(publicAddress, privateAddress),
    {
      networks: hub.networks,
      macOf,
    },
  )
  const hosts = await namespaceHosts({
    hub,
    metadata,
    cloudInit,
    hidden,
    seen,
    onPoweredOff: dropletId => later.cloud?.world.noteOff(dropletId),
  })
  const opened = await openCloud({ ...options, hosts, networks: hub.networks })
  later.cloud = opened
  return {
    ...opened,
    hub,
    hosts,
    close: async () => {
      await opened.close()
      await hub.close()
    },
  }
}
