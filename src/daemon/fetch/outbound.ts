import { setMaxListeners } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { waitAfter } from '../../core/backoff.ts'
import { Problem } from '../../core/problem.ts'
import { Answer } from './answer.ts'
import { makeDispatchers } from './dispatchers.ts'
import type { Dispatchers, RouteSettings } from './dispatchers.ts'
import { Fault } from './fault.ts'
import { longestHoldSeconds, Pace } from './pace.ts'
import type { PaceLimits } from './pace.ts'
import { retryAfterSeconds } from './retry-after.ts'
import { sleepUnlessEnded } from './timing.ts'
import type { Timing } from './timing.ts'
import { faultOfError, faultOfStatus } from './to-fault.ts'
import { firstWords, nameOfRequest } from './words-of.ts'

/** How outgoing calls are made. */
export interface OutboundSettings extends RouteSettings, PaceLimits {
  userAgent: string
  /** Longest time without a single byte, before the answer begins or within it. */
  idleSeconds: number
}

/** One question to a host outside. */
export interface OutRequest {
  url: string
  /** GET when not given. */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** Added to the address, encoded, in this order. */
  query?: Readonly<Record<string, string>>
  headers?: Readonly<Record<string, string>>
  body?: string
  /** Statuses that are answers, not faults; 200 alone when not given. */
  expected?: readonly number[]
}

/** The one way out: paced, through the proxies, with our own trust, and with faults as Problems. */
export interface Outbound {
  /**
   * Asks once. Throws `unreachable` (no connection, silence, 5xx), `slow-down` (429), `refused` (401, 403, certificates) or
   * `broken-answer` (any other status that was not expected). The answer's body must be read or dropped.
   */
  send(request: OutRequest): Promise<Answer>
  /** Makes the attempt up to three times, while what it throws may pass; waits longer each time, with chance in it. */
  tryAgain<T>(attempt: () => Promise<T>): Promise<T>
  /** Waits as before another try after that many failures. */
  pause(failures: number): Promise<void>
  /** Breaks off whatever is under way. */
  close(): Promise<void>
}

const mostTries = 3
const firstWaitSeconds = 1
const longestWaitSeconds = 30
const mostRedirects = 3
const redirects = [301, 302, 303, 307, 308]
const wordsBytes = 4096

/** Makes the way out for one installation. Throws `bad-input` for a proxy or a CA bundle that cannot be used. */
export function makeOutbound(settings: OutboundSettings, timing: Timing): Outbound {
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const way: Way = {
    settings,
    dispatchers: makeDispatchers(settings),
    pace: new Pace(settings, timing),
    signal: closing.signal,
  }
  const pause = (failures: number) => {
    const ms = waitAfter(failures, firstWaitSeconds, longestWaitSeconds) * 1000 * (0.5 + timing.random())
    return sleepUnlessEnded(timing, ms, closing.signal)
  }
  return {
    send: request => follow(way, request),
    tryAgain: attempt => tryAgain(attempt, pause),
    pause,
    close: async () => {
      closing.abort(new Fault('unreachable', 'outgoing calls are being ended', { passing: false }))
      await way.dispatchers.destroy()
    },
  }
}

interface Way {
  settings: OutboundSettings
  dispatchers: Dispatchers
  pace: Pace
  signal: AbortSignal
}

async function tryAgain<T>(attempt: () => Promise<T>, pause: (failures: number) => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Fault) || !error.passing) throw error
      if (tries === mostTries) throw error.saying(`${error.message} (tried ${tries} times)`)
    }
    await pause(tries)
  }
}

async function follow(way: Way, request: OutRequest): Promise<Answer> {
  const method = request.method ?? 'GET'
  let url = addressOf(request)
  let headers: Record<string, string> = { 'user-agent': way.settings.userAgent, ...request.headers }
  for (let hops = 0; ; hops++) {
    const answer = await askOnce(way, url, { ...request, method, headers })
    const to = redirects.includes(answer.status) ? answer.header('location') : undefined
    if (to === undefined || method !== 'GET') return await judged(way, url, answer, request)
    answer.drop()
    const next = URL.parse(to, url.href)
    if (hops === mostRedirects || !mayFollow(url, next)) throw redirected(answer, to)
    // Credentials are for the host they were meant for.
    if (next.origin !== url.origin) headers = { 'user-agent': way.settings.userAgent }
    url = next
  }
}

function mayFollow(from: URL, to: URL | null): to is URL {
  if (to === null) return false
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')
}

function redirected(answer: Answer, to: string): Fault {
  return new Fault('broken-answer', `${answer.name} answered ${answer.status}: sent on to ${to}`, {
    passing: false,
    status: answer.status,
  })
}

function addressOf(request: OutRequest): URL {
  const url = URL.parse(request.url)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Problem('bad-input', `not an address of the web: ${request.url}`)
  // Blanks as %20: the plus sign is not read as a blank everywhere.
  const query = Object.entries(request.query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  if (query.length > 0) url.search = [url.search.slice(1), ...query].filter(part => part !== '').join('&')
  return url
}

async function askOnce(way: Way, url: URL, request: OutRequest & { method: string }): Promise<Answer> {
  const name = nameOfRequest(request.method, url.href)
  const leave = await way.pace.enter(url.host, way.signal)
  const idleMs = way.settings.idleSeconds * 1000
  try {
    const received = await way.dispatchers.of(url).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: request.headers as IncomingHttpHeaders,
      body: request.body ?? null,
      headersTimeout: idleMs,
      bodyTimeout: idleMs,
      signal: way.signal,
    })
    return new Answer(name, received, leave)
  } catch (error) {
    leave()
    throw faultOfError(name, error)
  }
}

/** Hands on what was expected; turns the rest into a fault, and keeps away from a host that asked for it. */
async function judged(way: Way, url: URL, answer: Answer, request: OutRequest): Promise<Answer> {
  const expected = request.expected ?? [200]
  if (expected.includes(answer.status)) return answer
  const seconds = retryAfterSeconds(answer.header('retry-after'), answer.at) ?? 0
  if (seconds > 0 && (answer.status === 429 || answer.status === 503)) way.pace.hold(url.host, seconds)
  const said = firstWords(await answer.start(wordsBytes))
  throw faultOfStatus(answer.name, answer.status, said, seconds > longestHoldSeconds)
}
