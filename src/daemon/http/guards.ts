import { createHash, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { replyOf } from '../../api/problem-reply.ts'
import { Problem } from '../../core/problem.ts'
import type { Access } from './door-parts.ts'

/** The token of `authorization: Bearer …`; undefined when there is none. */
export function bearerOf(context: Context): string | undefined {
  return /^Bearer ([\x21-\x7e]{1,200})$/.exec(context.req.header('authorization') ?? '')?.[1]
}

/** SHA-256 in hexadecimal: only this of a token is ever stored. */
export function tokenHashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Refuses names that are not the door's own, and requests that a web page of somewhere else makes. */
export function onlyOwnHosts(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host') ?? new URL(context.req.url).host
    const name = host.replace(/:\d+$/, '').toLowerCase()
    if (access.hosts !== undefined && !access.hosts.includes(name)) {
      return context.json(
        replyOf(new Problem('not-allowed', `this door does not go by the name ${JSON.stringify(name.slice(0, 100))}`)),
        403,
      )
    }
    const origin = context.req.header('origin')
    if (origin !== undefined && originHost(origin) !== host.toLowerCase()) {
      return context.json(replyOf(new Problem('not-allowed', 'requests from pages of other sites are refused')), 403)
    }
    return next()
  }
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : undefined
}

/** Asks people for their token, where one is set. */
export function onlyPeople(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const wanted = access.peopleTokenHash
    if (wanted === undefined) return next()
    const given = bearerOf(context)
    if (given !== undefined && sameHash(tokenHashOf(given), wanted.toLowerCase())) return next()
    const why = given === undefined ? 'a token is asked for here: set MICROFETCH_SERVER_TOKEN' : 'the token is not the right one'
    return context.json(replyOf(new Problem('refused', why)), 401)
  }
}

/** Lets in the collector of another host, by its own token and by no other. */
export function onlyCollector(access: Access): MiddlewareHandler {
  return async (context, next) => {
    const wanted = access.collectorTokenHash
    if (wanted === undefined) {
      const why = 'no collector of another host is let in here: set collector.name = "remote" and collector.token_hash'
      return context.json(replyOf(new Problem('not-allowed', why)), 403)
    }
    const given = bearerOf(context)
    if (given !== undefined && sameHash(tokenHashOf(given), wanted.toLowerCase())) return next()
    const why =
      given === undefined
        ? "the collector's token is asked for here: set MICROFETCH_COLLECTOR_TOKEN"
        : "this is not the collector's token"
    return context.json(replyOf(new Problem('refused', why)), 401)
  }
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
