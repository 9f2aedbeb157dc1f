import type { Config } from './config.ts'
import { makeOutbound, type Outbound } from './fetch/outbound.ts'
import { systemTiming } from './fetch/timing.ts'

/** The one way out, as the settings want it. `version` is that of this microfetch: it stands in every request. */
export function outboundOf({ ena, network }: Pick<Config, 'ena' | 'network'>, version: string): Outbound {
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = network
  const { requestsPerSecond, requestsAtOnce, idleSeconds } = ena
  const route = { httpProxy, httpsProxy, noProxy, caPem, connectSeconds }
  return makeOutbound(
    { ...route, idleSeconds, requestsPerSecond, atMostAtOnce: requestsAtOnce, userAgent: `microfetch/${version}` },
    systemTiming,
  )
}
