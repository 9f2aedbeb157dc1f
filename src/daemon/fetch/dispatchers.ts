import { createSecureContext, getCACertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { EnvHttpProxyAgent } from 'undici'
import type { Dispatcher } from 'undici'
import { Problem } from '../../core/problem.ts'

/** How the world outside is reached. */
export interface RouteSettings {
  /** The proxy for `http:` addresses, with credentials in it where it wants some; undefined for none. */
  httpProxy: string | undefined
  /** The proxy for `https:` addresses. */
  httpsProxy: string | undefined
  /** Hosts that are reached directly, separated by commas, as in `NO_PROXY`. */
  noProxy: string | undefined
  /** PEM text of certificates that are trusted beside the usual ones; undefined for none. */
  caPem: string | undefined
  connectSeconds: number
}

/** Picks the way to an address. */
export interface Dispatchers {
  of(url: URL): Dispatcher
  destroy(): Promise<void>
}

/**
 * The ways out: one for `http:`, one for `https:`. They are kept apart because a proxy for the one is by convention not one for
 * the other, and every value is given, because undici reads the environment for what is not. Throws `bad-input` for an unusable setting.
 */
export function makeDispatchers(settings: RouteSettings): Dispatchers {
  const trust = trustOf(settings.caPem)
  const tls = { allowH2: false, ...(trust === undefined ? {} : { secureContext: trust }) }
  const connectTimeout = settings.connectSeconds * 1000
  const open = (httpProxy: string, httpsProxy: string) =>
    new EnvHttpProxyAgent({
      httpProxy,
      httpsProxy,
      noProxy: settings.noProxy ?? '',
      allowH2: false,
      connectTimeout,
      connect: { timeout: connectTimeout, ...tls },
      requestTls: tls,
      proxyTls: tls,
    })
  const plain = open(proxyAddress(settings.httpProxy), '')
  const secure = open('', proxyAddress(settings.httpsProxy))
  return {
    of: url => (url.protocol === 'https:' ? secure : plain),
    destroy: async () => {
      await Promise.all([plain.destroy(), secure.destroy()])
    },
  }
}

function proxyAddress(proxy: string | undefined): string {
  if (proxy === undefined || proxy === '') return ''
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  if (!URL.canParse(address))
    throw new Problem('bad-input', 'the proxy setting is not an address such as http://proxy.example.org:3128')
  return address
}

function trustOf(caPem: string | undefined): SecureContext | undefined {
  if (caPem === undefined || caPem === '') return undefined
  if (!caPem.includes('-----BEGIN CERTIFICATE-----'))
    throw new Problem('bad-input', 'the CA bundle holds no certificate in PEM form')
  try {
    return createSecureContext({ ca: [...getCACertificates('default'), caPem] })
  } catch (error) {
    throw new Problem('bad-input', 'the CA bundle holds a certificate that cannot be read', { cause: error })
  }
}
