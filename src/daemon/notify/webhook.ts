import { Problem } from '../../core/problem.ts'
import type { Channel } from './channel.ts'

/** How the address is reached. */
export interface WebhookOptions {
  /** Often it is itself a secret: it stands in no message. */
  url: string
  /** The name of this host, for people with several installations. */
  host: string
  /** Asks once and follows no redirect. */
  fetch(request: Request): Promise<Response>
  /** The longest that a call may take. */
  seconds: number
}

/** Posts a notice as JSON. Any 2xx is an arrival; a redirect is none, for what was meant for one host is not handed to another. */
export function webhook(options: WebhookOptions): Channel {
  return {
    name: 'webhook',
    send: async (notice, signal) => {
      const { host, url } = options
      const body = JSON.stringify({ host, ...notice, text: `microfetch on ${host}: ${notice.title}\n${notice.text}` })
      const timeIsUp = AbortSignal.timeout(options.seconds * 1000)
      const request = new Request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', accept: '*/*' },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeIsUp]),
      })
      const response = await options.fetch(request).catch((error: unknown) => {
        throw new Problem('unreachable', timeIsUp.aborted ? `no answer within ${options.seconds} s` : whyUnreachable(error))
      })
      await response.body?.cancel()
      if (!response.ok) throw new Problem('broken-answer', `it was answered ${response.status}`)
    },
  }
}

/** By its code alone: messages of the network stack may quote the address. */
function whyUnreachable(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { code } = at as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return `it could not be reached (${code})`
  }
  return 'it could not be reached'
}
