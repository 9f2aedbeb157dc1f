import createClient from 'openapi-fetch'
import type { Client } from 'openapi-fetch'
import * as v from 'valibot'
import { waitAfter } from '../../../core/backoff.ts'
import { Problem } from '../../../core/problem.ts'
import { Fault } from '../../fetch/fault.ts'
import { sleepUnlessEnded, type Timing } from '../../fetch/timing.ts'
import { faultOfError, faultOfStatus } from '../../fetch/to-fault.ts'
import { firstWords } from '../../fetch/words-of.ts'
import { refusalSchema } from './answer-schemas.ts'
import type { paths } from './api-paths.ts'
import { CallBudget, type Purpose } from './call-budget.ts'

/** How the API is reached. */
export interface ApiOptions {
  /** Without the version, e.g. `https://api.digitalocean.com`. */
  apiUrl: string
  token: string
  /** Asks once and follows no redirect; `fetchThrough` makes one that knows the proxies. */
  fetch: (request: Request) => Promise<Response>
  timing: Timing
  /** The longest that one call may take, in seconds, its answer read. */
  callSeconds: number
  /** Ends every call and every wait; its reason is what they throw, and should be a Problem. */
  signal?: AbortSignal
}

/** An answer as it came: `body` is what its JSON says, or its text where it is none. */
export interface ApiAnswer {
  status: number
  body: unknown
  /** By the clock of the API. */
  at: Date | undefined
  /** What the API says of a refusal, without secrets; empty when it did not answer in its own words. */
  refusal: string
}

/** One call: the openapi-fetch client knows paths and parameters by `api-paths.ts`. */
export type Call = (
  client: Client<paths>,
  signal: AbortSignal,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>

/** What is asked, and how it is named in messages. */
export interface Question {
  purpose: Purpose
  /** E.g. `GET /v2/droplets`. */
  name: string
  call: Call
  /** Statuses that are answers, not faults. */
  expected: readonly number[]
}

const mostTries = 3
const firstWaitSeconds = 1
const longestWaitSeconds = 10

/** A call that brought no answer, or not all of it. */
export class CallFault extends Fault {
  /** Whether anything of it may have reached the API. */
  readonly maybeHeard: boolean

  constructor(fault: Fault, message: string, maybeHeard: boolean) {
    // Without the cause: errors of the network stack may quote what was sent.
    super(fault.code, message, { passing: fault.passing })
    this.maybeHeard = maybeHeard
  }
}

/** DigitalOcean's API: timed, paced, with faults as Problems in which no secret stands. */
export class ApiClient {
  readonly budget: CallBudget
  readonly #client: Client<paths>
  readonly #options: ApiOptions
  readonly #ending: AbortSignal

  /** Throws `refused` for a token that cannot be one; the token itself is never said. */
  constructor(options: ApiOptions) {
    if (!/^[\x21-\x7e]+$/.test(options.token))
      throw new Problem('refused', 'the API token of DigitalOcean is empty or cannot be one')
    this.#options = options
    this.#ending = options.signal ?? new AbortController().signal
    this.budget = new CallBudget(options.timing, this.#ending)
    this.#client = createClient<paths>({
      baseUrl: options.apiUrl,
      headers: { authorization: `Bearer ${options.token}`, accept: 'application/json' },
      redirect: 'manual',
      fetch: async request => {
        const response = await options.fetch(request)
        this.budget.heard(response)
        return response
      },
    })
  }

  /**
   * Asks once, and gives whatever came back. Throws a CallFault when nothing did, or not all of it; before anything was sent, a plain
   * `slow-down` when there are no calls left for this.
   */
  async askOnce({ purpose, name, call }: Pick<Question, 'purpose' | 'name' | 'call'>): Promise<ApiAnswer> {
    const leave = await this.budget.enter(purpose)
    try {
      const { data, error, response } = await call(this.#client, this.#signalOfCall())
      const ms = Date.parse(response.headers.get('date') ?? '')
      const body = data ?? error
      return { status: response.status, body, at: Number.isNaN(ms) ? undefined : new Date(ms), refusal: this.#refusalIn(body) }
    } catch (error) {
      const fault = this.#ending.aborted ? endedFault(name) : faultOf(name, error)
      throw new CallFault(fault, this.redact(fault.message), !isBeforeSending(error))
    } finally {
      leave()
    }
  }

  /** Asks up to three times while what goes wrong may pass. Only for what may be asked twice: GET and DELETE. Throws a Problem. */
  async ask(question: Question): Promise<ApiAnswer> {
    return this.#tryAgain(() => this.#answer(question))
  }

  /** Asks for an answer of this shape. Throws as `ask`, and `broken-answer`. */
  async read<T>(
    question: Omit<Question, 'expected'>,
    schema: v.GenericSchema<unknown, T>,
  ): Promise<{ value: T; at: Date | undefined }> {
    const answer = await this.ask({ ...question, expected: [200] })
    return { value: this.fitting(question.name, answer, schema), at: answer.at }
  }

  /** The answer as a schema reads it. Throws `broken-answer`. */
  fitting<T>(name: string, { body }: ApiAnswer, schema: v.GenericSchema<unknown, T>): T {
    const parsed = v.safeParse(schema, body)
    if (parsed.success) return parsed.output
    const [issue] = parsed.issues
    const place = v.getDotPath(issue)
    const message = `${name}: not the answer we know${place === null ? '' : ` at ${place}`}: ${issue.message}`
    throw new Fault('broken-answer', this.redact(message), { passing: false })
  }

  /** A text in which the token does not stand. */
  redact(text: string): string {
    return text.replaceAll(this.#options.token, '…')
  }

  async #answer(question: Question): Promise<ApiAnswer> {
    const answer = await this.askOnce(question)
    if (question.expected.includes(answer.status)) return answer
    const said = answer.refusal === '' ? firstWords(typeof answer.body === 'string' ? answer.body : '') : answer.refusal
    throw faultOfStatus(question.name, answer.status, this.redact(said), false)
  }

  #signalOfCall(): AbortSignal {
    return AbortSignal.any([AbortSignal.timeout(this.#options.callSeconds * 1000), this.#ending])
  }

  async #tryAgain<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt()
      } catch (error) {
        if (!(error instanceof Fault) || !error.passing) throw error
        if (tries === mostTries) throw error.saying(`${error.message} (tried ${tries} times)`)
      }
      const { timing } = this.#options
      const waitMs = waitAfter(tries, firstWaitSeconds, longestWaitSeconds) * 1000 * (0.5 + timing.random())
      await sleepUnlessEnded(timing, waitMs, this.#ending)
    }
  }

  #refusalIn(body: unknown): string {
    const parsed = v.safeParse(refusalSchema, body)
    return parsed.success ? this.redact(firstWords(JSON.stringify(parsed.output))) : ''
  }
}

function endedFault(name: string): Fault {
  return new Fault('unreachable', `${name}: outgoing calls are being ended`, { passing: false })
}

function faultOf(name: string, error: unknown): Fault {
  // A page of HTML, or JSON that was cut: whoever sent it, another try may fare better.
  if (error instanceof SyntaxError) return new Fault('broken-answer', `${name}: the answer is not whole JSON`, { passing: true })
  return faultOfError(name, error)
}

/** No connection was made, or none that was trusted. */
function isBeforeSending(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { code, cause } = error as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return beforeSending.test(code)
  return isBeforeSending(cause)
}

const beforeSending =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|.*CERT.*|UNABLE_TO_.*|.*SELF_SIGNED.*|.*ALTNAME.*)$/
