import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { requestAnswerer } from './answer-request.ts'
import { addReadsFolder } from './reads-folder.ts'
import type { Scenario } from './scenario.ts'
import { World } from './world/world.ts'

/** A rehearsal archive that listens in this very process. */
export interface OpenArchive {
  /** Scheme, address and port: `http://127.0.0.1:40123`. */
  url: string
  world: World
  /** Breaks every connection and stops listening. */
  close(): Promise<void>
}

/** Opens an archive on the loopback address, or the one given; port 0 takes any free one. Made files are kept in the cache folder. */
export async function openArchive(
  scenario: Scenario,
  options: { host?: string; port?: number; cacheDir: string },
): Promise<OpenArchive> {
  const world = new World(scenario, options.cacheDir)
  for (const folder of scenario.readsFolders ?? []) await addReadsFolder(world, folder)
  const server = createServer(requestAnswerer(world))
  server.keepAliveTimeout = 5000
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    world,
    close: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}
