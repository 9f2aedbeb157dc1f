import type { ApiToken } from './api-token.ts'
import type { CloudWorld } from './world/cloud-world.ts'

/** One request that may pass. */
export interface CloudExchange {
  world: CloudWorld
  token: ApiToken
  /** What the path's names stand for: `{id}` is under `id`. */
  names: Record<string, string>
  asked: URLSearchParams
  /** The JSON of the body; undefined when there is none. */
  body: unknown
  /** Scheme, host and port that the asker used: `http://127.0.0.1:40123`. */
  origin: string
  path: string
}

/** What the API answers. */
export interface Reply {
  status: number
  /** Sent as JSON; no body when undefined. */
  body?: unknown
}
