import { makeOutbound } from '../../src/daemon/fetch/outbound.ts'
import type { Outbound, OutboundSettings } from '../../src/daemon/fetch/outbound.ts'
import type { Timing } from '../../src/daemon/fetch/timing.ts'
import { makeInstantTiming } from './instant-timing.ts'

/** A way out for tests: short timeouts, and no waiting between requests. */
export function openOutbound(settings: Partial<OutboundSettings> = {}, timing: Timing = makeInstantTiming()): Outbound {
  const plain: OutboundSettings = {
    httpProxy: undefined,
    httpsProxy: undefined,
    noProxy: undefined,
    caPem: undefined,
    connectSeconds: 5,
    idleSeconds: 5,
    requestsPerSecond: 1000,
    atMostAtOnce: 4,
    userAgent: 'microfetch/test',
  }
  return makeOutbound({ ...plain, ...settings }, timing)
}
