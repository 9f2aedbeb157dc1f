import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBody } from '../endpoints/read-body.ts'
import { type ApiToken, hasScope } from './api-token.ts'
import type { CallLog } from './call-log.ts'
import { lookOf } from './call-look.ts'
import { keyListKind } from './endpoints/account.ts'
import { type Endpoint, kindOf } from './endpoints/endpoint.ts'
import { findEndpoint } from './endpoints/find-endpoint.ts'
import type { Reply } from './exchange.ts'
import type { Instead } from './faults/cloud-fault.ts'
import { forbidden, notFound, Refusal, tooManyRequests, unauthorized } from './refusal.ts'
import { type Passage, RequestLimiter } from './request-limiter.ts'
import { type Answer, fateOf, sendAnswer } from './send-answer.ts'
import type { CloudWorld } from './world/cloud-world.ts'

/** One call on its way through the API. */
interface Visit {
  request: IncomingMessage
  url: URL
  kind: string
  token: ApiToken | undefined
  passage: Passage | undefined
  found: { endpoint: Endpoint; names: Record<string, string> } | undefined
}

/** Makes the function that answers every request below `/v2`, and writes each into the log. */
export function callAnswerer(
  world: CloudWorld,
  calls: CallLog,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const limiters = new Map<ApiToken, RequestLimiter>()
  const limiterOf = (token: ApiToken) => {
    const limiter = limiters.get(token) ?? new RequestLimiter(world.settings.limits)
    limiters.set(token, limiter)
    return limiter
  }
  return async (request, response) => {
    const body = await readBody(request)
    world.settle()
    const at = world.clock()
    const visit = beginVisit(request, world, limiterOf)
    const answer = answerVisit(visit, body, world)
    world.settle()
    const fate = fateOf(answer)
    const { kind, token, url, passage } = visit
    const status = fate === 'lost' || fate === 'none' ? 0 : answer.status
    calls.add({ at, kind, path: url.pathname, token: token?.name, status, answer: fate, limitedBy: passage?.refusedBy })
    response.sendDate = false
    response.setHeader('date', new Date(at.getTime() + world.faults.skewSeconds() * 1000).toUTCString())
    for (const [name, value] of Object.entries({ ...passage?.headers, ...answer.headers })) response.setHeader(name, value)
    await sendAnswer(response, answer)
  }
}

function beginVisit(request: IncomingMessage, world: CloudWorld, limiterOf: (token: ApiToken) => RequestLimiter): Visit {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'cloud'}`)
  const method = request.method ?? 'GET'
  const found = findEndpoint(method, url.pathname)
  const kind = found === undefined ? `${method} (no such path)` : kindOf(found.endpoint)
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = world.settings.tokens.find(one => one.token === bearer)
  const passage = token === undefined ? undefined : limiterOf(token).ask(kind === keyListKind, world.nowMs())
  return { request, url, kind, token, passage, found }
}

/** Refusals become answers; anything else that is thrown is a bug of the test cloud. */
function answerVisit(visit: Visit, body: string, world: CloudWorld): Answer {
  try {
    return answerAllowed(visit, body, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: { id: error.id, message: error.message } }
  }
}

function answerAllowed(visit: Visit, text: string, world: CloudWorld): Answer {
  const { url, kind, token, passage, found } = visit
  if (token === undefined) throw unauthorized()
  if (passage?.refusedBy !== undefined) throw tooManyRequests()
  const look = lookOf(kind, url, found?.names ?? {}, readJson(text), world)
  const instead = world.faults.insteadOf(look)
  if (instead !== undefined) return answerInstead(instead)
  if (found === undefined) throw notFound()
  const reply = answerEndpoint({ ...visit, found, token }, text, world)
  const travel = world.faults.travelOf(look)
  return travel === undefined ? reply : { ...reply, travel }
}

type Found = Visit & { found: NonNullable<Visit['found']>; token: ApiToken }

function answerEndpoint({ found, token, url }: Found, text: string, world: CloudWorld): Reply {
  if (!found.endpoint.scopes.every(scope => hasScope(token, scope))) throw forbidden()
  const body = readJson(text)
  if (text !== '' && body === undefined) throw new Refusal(400, 'bad_request', 'The request body is not valid JSON.')
  return found.endpoint.answer({
    ...{ world, token, body, names: found.names },
    ...{ asked: url.searchParams, origin: url.origin, path: url.pathname },
  })
}

function answerInstead(instead: Instead): Answer {
  if (instead.kind !== 'refusal') return { status: instead.kind === 'page' ? instead.status : 0, travel: instead }
  const { status, id, message, retryAfterSeconds } = instead
  const isOut: Record<string, string> = status === 429 ? { 'ratelimit-remaining': '0' } : {}
  const later: Record<string, string> = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return { status, body: { id, message }, headers: { ...isOut, ...later } }
}

function readJson(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
