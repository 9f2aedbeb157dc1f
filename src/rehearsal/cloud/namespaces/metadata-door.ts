import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { metadataAddress } from './hub.ts'

/** The metadata address, open. */
export interface MetadataDoor {
  close(): Promise<void>
}

/**
 * Opens the metadata address to all droplets, at its usual port. The handler knows who asks by `request.socket.remoteAddress`, an IPv4 address
 * as droplets have it.
 */
export async function openMetadataDoor(handler: RequestListener): Promise<MetadataDoor> {
  const server = createServer(handler)
  server.listen(80, metadataAddress)
  await once(server, 'listening')
  return {
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
