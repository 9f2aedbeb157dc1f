import type { Scope } from '../api-token.ts'
import type { CloudExchange, Reply } from '../exchange.ts'

/** One door of the API. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE'
  /** Parts in braces stand for anything: `/v2/droplets/{id}`. */
  path: string
  scopes: readonly Scope[]
  /** Answers, or throws a Refusal. */
  answer(exchange: CloudExchange): Reply
}

/** The name of an endpoint in call logs and faults: `GET /v2/droplets/{id}`. */
export function kindOf({ method, path }: Endpoint): string {
  return `${method} ${path}`
}

/** A number that stands in a path; NaN, which nothing has, when it is none. */
export function numberIn(exchange: CloudExchange, name: string): number {
  const text = exchange.names[name] ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
}
