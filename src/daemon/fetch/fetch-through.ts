import { fetch as undiciFetch } from 'undici'
import { makeDispatchers } from './dispatchers.ts'
import type { RouteSettings } from './dispatchers.ts'

/** A `fetch` for clients that bring their own words: through the proxies of the installation, and with its own trust. */
export interface FetchThrough {
  /** Asks once, with the signal of the request. A redirect is the answer: credentials are for the host they were meant for. */
  fetch(request: Request): Promise<Response>
  /** Breaks off whatever is under way. */
  close(): Promise<void>
}

/** Makes it. Nothing is paced or tried again here. Throws `bad-input` for a proxy or a CA bundle that cannot be used. */
export function fetchThrough(settings: RouteSettings & { userAgent: string }): FetchThrough {
  const dispatchers = makeDispatchers(settings)
  return {
    fetch: async request => {
      const headers = Object.fromEntries(request.headers)
      const body = request.body === null ? null : await request.text()
      return undiciFetch(request.url, {
        method: request.method,
        headers: { ...headers, 'user-agent': settings.userAgent },
        body,
        signal: request.signal,
        redirect: 'manual',
        dispatcher: dispatchers.of(new URL(request.url)),
      })
    },
    close: () => dispatchers.destroy(),
  }
}
