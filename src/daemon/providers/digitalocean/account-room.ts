import type { Clock } from '../../../core/clock.ts'
import type { Log } from '../../../core/log.ts'
import { Problem } from '../../../core/problem.ts'
import { accountSchema, dropletCountSchema } from './answer-schemas.ts'
import type { ApiClient } from './api-client.ts'

/** Why no droplet can be made just now. */
export interface Obstacle {
  kind: 'no-capacity' | 'refused'
  why: string
}

/** Other programs and people use the account too. */
const freshSeconds = 60
/** A token that may not look at the account need not try all the time. */
const refusedSeconds = 3600

interface Standing {
  obstacle: Obstacle | undefined
  /** Droplets that may still be made. */
  room: number
  limit: number
  untilMs: number
}

/** How many droplets the account may still have: asking beyond that is asking in vain. */
export class AccountRoom {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #log: Log
  #standing: Standing | undefined
  #toldOf = ''

  constructor(api: ApiClient, clock: Clock, log: Log) {
    this.#api = api
    this.#clock = clock
    this.#log = log
  }

  /** What stands in the way of one more droplet; undefined when nothing is known to. Throws a Problem when the API cannot be asked. */
  async obstacle(): Promise<Obstacle | undefined> {
    const nowMs = this.#clock().getTime()
    if (this.#standing === undefined || nowMs >= this.#standing.untilMs) this.#standing = await this.#look(nowMs)
    const { obstacle, room, limit } = this.#standing
    if (obstacle !== undefined || room > 0) return obstacle
    return { kind: 'no-capacity', why: `the account has all of its ${limit} droplets` }
  }

  /** A create was asked for, and may have made one. */
  noteAsked(): void {
    if (this.#standing !== undefined) this.#standing.room -= 1
  }

  /** A droplet is gone, or the API says otherwise: the next question looks anew. */
  forget(): void {
    this.#standing = undefined
  }

  async #look(nowMs: number): Promise<Standing> {
    const untilMs = nowMs + freshSeconds * 1000
    try {
      const limits = await readAccount(this.#api)
      if (limits.status !== 'active') this.#tell(limits)
      if (limits.status === 'locked') {
        const obstacle: Obstacle = { kind: 'refused', why: `the account is locked: ${limits.message}` }
        return { obstacle, room: 0, limit: limits.dropletLimit, untilMs }
      }
      const inUse = await countDroplets(this.#api)
      return { obstacle: undefined, room: limits.dropletLimit - inUse, limit: limits.dropletLimit, untilMs }
    } catch (error) {
      // Not to look at the account is a right that a token may do without: then the create itself tells.
      if (!(error instanceof Problem) || error.code !== 'refused') throw error
      return { obstacle: undefined, room: Infinity, limit: Infinity, untilMs: nowMs + refusedSeconds * 1000 }
    }
  }

  #tell({ status, message }: AccountLimits): void {
    const text = `${status}: ${message}`
    if (text !== this.#toldOf)
      this.#log.warn('DigitalOcean says that something is the matter with the account', { status, message })
    this.#toldOf = text
  }
}

/** What an account may have, and how it stands. */
export interface AccountLimits {
  dropletLimit: number
  /** `active`, `warning` or `locked`. */
  status: string
  message: string
}

/** Reads the account. Throws as `ApiClient.read`. */
export async function readAccount(api: ApiClient): Promise<AccountLimits> {
  const { value } = await api.read(
    { purpose: 'ask', name: 'GET /v2/account', call: (client, signal) => client.GET('/v2/account', { signal }) },
    accountSchema,
  )
  const { droplet_limit: dropletLimit, status, status_message: message } = value.account
  return { dropletLimit, status, message: message ?? '' }
}

/** Droplets of the account, whosever they are. Throws as `ApiClient.read`. */
export async function countDroplets(api: ApiClient): Promise<number> {
  const query = { per_page: 1, page: 1 }
  const { value } = await api.read(
    {
      purpose: 'ask',
      name: 'GET /v2/droplets',
      call: (client, signal) => client.GET('/v2/droplets', { params: { query }, signal }),
    },
    dropletCountSchema,
  )
  return value.meta.total
}
