import { Problem } from '../core/problem.ts'
import type { Config } from './config.ts'
import type { OpenDoor } from './open-door.ts'
import { outboundOf } from './outbound-of.ts'

/** Every status that a daemon answers with, or something on the way to it: the client makes of them what they are. */
const everyStatus = [200, 400, 401, 403, 404, 409, 410, 413, 429, 500, 502, 503, 504, 507]
/** A daemon may ask the archive before it answers. */
const idleSeconds = 150

/**
 * The door of a daemon somewhere else, reached through the proxies and with the trust that the settings say, as every other outgoing
 * call; this computer itself is never reached through a proxy.
 */
export function openRemoteDoor({ ena, network }: Pick<Config, 'ena' | 'network'>, version: string): OpenDoor {
  const noProxy = [network.noProxy, 'localhost', '127.0.0.1', '::1'].filter(host => host !== undefined && host !== '').join(',')
  const limits = { ...ena, requestsPerSecond: 50, requestsAtOnce: 10, idleSeconds }
  const outbound = outboundOf({ ena: limits, network: { ...network, noProxy } }, version)
  return {
    // Where a daemon works there is one.
    makeLedger: () => Promise.resolve(),
    close: () => outbound.close(),
    fetch: async request => {
      const body = request.method === 'GET' ? {} : { body: await request.text() }
      const method = request.method === 'GET' ? 'GET' : 'POST'
      try {
        const answer = await outbound.send({
          url: request.url,
          method,
          headers: Object.fromEntries(request.headers),
          expected: everyStatus,
          ...body,
        })
        return new Response(ReadableStream.from(answer.chunks()), { status: answer.status })
      } catch (error) {
        // Whether a daemon runs there at all is for the client to ask a person.
        if (error instanceof Problem && error.code === 'unreachable') throw new Error(error.message, { cause: error.cause })
        throw error
      }
    },
  }
}
