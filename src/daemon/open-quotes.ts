import type { Clock } from '../core/clock.ts'
import { noEffectPoint } from '../core/effect-point.ts'
import type { Log } from '../core/log.ts'
import { Problem } from '../core/problem.ts'
import type { Config } from './config.ts'
import type { MachineNeed, Quoted } from './providers/provider.ts'

/** Prices, asked of the provider. */
export interface OpenQuotes {
  /** Undefined where machines cost nothing. */
  quote: ((need: MachineNeed) => Promise<Quoted>) | undefined
  close(): Promise<void>
}

/**
 * Asks for prices where no daemon is open: nothing is loaded and nobody is asked before the first question. It can make nothing. Without
 * a token, a question throws `refused`.
 */
export function openQuotes(config: Config, options: { clock: Clock; log: Log; version: string }): OpenQuotes {
  if (config.provider === 'local') return { quote: undefined, close: () => Promise.resolve() }
  let opened: ReturnType<typeof openDigitalOcean> | undefined
  return {
    quote: async need => {
      const { provider } = await (opened ??= openDigitalOcean(config, options))
      const quoted = await provider.quote?.(need)
      return quoted ?? { kind: 'none', why: 'it has no prices' }
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}

async function openDigitalOcean(config: Config, { clock, log, version }: { clock: Clock; log: Log; version: string }) {
  const { token, tokenFrom, regions, sizes, image, vpcUuid, addressKind, sshKeys, diskReserveBytes, apiUrl } = config.digitalOcean
  if (token === undefined) throw new Problem('refused', `there is no token for DigitalOcean: ${tokenFrom}`)
  const [{ fetchThrough }, { providers }] = [await import('./fetch/fetch-through.ts'), await import('./providers/providers.ts')]
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = config.network
  const through = fetchThrough({ httpProxy, httpsProxy, noProxy, caPem, connectSeconds, userAgent: `microfetch/${version}` })
  const provider = providers.digitalocean({
    ...{ apiUrl, token, regions, sizes, image, vpcUuid, addressKind, sshKeys, diskReserveBytes },
    installationId: 'price-list',
    fetch: request => through.fetch(request),
    userData: () => ({ kind: 'refused', why: 'only prices are asked for here' }),
    clock,
    effect: noEffectPoint,
    log,
  })
  return { provider, close: () => through.close() }
}
