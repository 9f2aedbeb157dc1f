import * as v from 'valibot'
import { Problem } from '../core/problem.ts'
import { pathOf, type Endpoint, type ParamsOf, type Schema } from './endpoint.ts'
import { problemOf } from './problem-reply.ts'

/** Answers a request: a whole daemon in this process, or the network. */
export type FetchLike = (request: Request) => Response | Promise<Response>

/** How a client asks. */
export interface ClientOptions {
  /** Where the daemon is; in process any address will do. */
  baseUrl: string
  /** The person's token, where the daemon asks for one. */
  token?: string | undefined
  /** Who asks, as the ledger's events are to name them. */
  person?: string | undefined
  /** An answer must have begun within this time. */
  timeLimitMs: number
  /** Ends every request. */
  signal?: AbortSignal | undefined
}

type Asked<E extends Endpoint> = Params<E> & Query<E> & Body<E>
type Params<E extends Endpoint> = [ParamsOf<E['path']>] extends [never]
  ? object
  : { params: Record<ParamsOf<E['path']>, string | number> }
type QueryKeys<E extends Endpoint> = keyof v.InferInput<E['query']>
type Query<E extends Endpoint> = { query?: Partial<Record<QueryKeys<E>, string | number | boolean | undefined>> }
type Body<E extends Endpoint> = E['method'] extends 'POST' ? { body: v.InferInput<E['body']> } : object

/** The reply of an endpoint, as its schema says. */
export type ReplyTo<E extends Endpoint> = v.InferOutput<E['reply']>

/** The typed client: everything that people and programs ask goes through it. */
export interface Client {
  /** Asks once. Throws the daemon's own Problem, or `unreachable` when there is no answer. */
  ask<E extends Endpoint>(endpoint: E, asked: Asked<E>): Promise<ReplyTo<E>>
  /** Asks for a stream: one document a line, as they come. Throws `broken-answer` when the stream ends before its last line. */
  stream<E extends Endpoint>(endpoint: E, asked: Asked<E>): AsyncIterable<ReplyTo<E>>
  /** Asks for text, piece by piece as it comes. */
  text(endpoint: Endpoint, asked: { query?: Record<string, string | number | boolean | undefined> }): AsyncIterable<string>
  /** Where it asks, for messages to people. */
  readonly address: string
}

/** Makes a client over anything that answers requests. */
export function makeClient(fetchLike: FetchLike, options: ClientOptions): Client {
  return {
    address: options.baseUrl,
    ask: async (endpoint, asked) => {
      const response = await send(fetchLike, options, endpoint, asked)
      return parseReply(endpoint.reply, await readText(response, options), endpoint, options)
    },
    stream: async function* (endpoint, asked) {
      const response = await send(fetchLike, options, endpoint, asked)
      for await (const line of linesOf(response, options)) yield parseReply(endpoint.reply, line, endpoint, options)
    },
    text: async function* (endpoint, asked) {
      yield* piecesOf(await send(fetchLike, options, endpoint, asked), options)
    },
  }
}

async function* piecesOf(response: Response, options: ClientOptions): AsyncGenerator<string> {
  try {
    yield* (response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()).pipeThrough(new TextDecoderStream())
  } catch (error) {
    throw toProblem(error, options)
  }
}

interface AnyAsked {
  params?: Record<string, string | number>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
}

async function send(fetchLike: FetchLike, options: ClientOptions, endpoint: Endpoint, asked: AnyAsked): Promise<Response> {
  const what = `${endpoint.method} ${endpoint.path}`
  const limit = new AbortController()
  const timer = setTimeout(() => {
    limit.abort(new Problem('unreachable', `${options.baseUrl} did not answer ${what} within ${options.timeLimitMs / 1000} s`))
  }, options.timeLimitMs)
  try {
    const request = toRequest(options, endpoint, asked, limit.signal)
    const response = await Promise.race([fetchLike(request), refusalOf(request.signal)])
    if (response.ok) return response
    throw problemOf(response.status, await response.text(), what)
  } catch (error) {
    throw toProblem(error, options)
  } finally {
    clearTimeout(timer)
  }
}

/** Rejects when the signal fires: an answerer in this process need not look at it. */
function refusalOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

const acceptOf = { document: 'application/json', lines: 'application/x-ndjson', text: 'text/plain, */*' }

function toRequest(options: ClientOptions, endpoint: Endpoint, asked: AnyAsked, limit: AbortSignal): Request {
  // A base with a path of its own (behind a proxy) keeps it.
  const url = new URL(options.baseUrl.replace(/\/+$/, '') + pathOf(endpoint.path, asked.params ?? {}))
  for (const [key, value] of Object.entries(asked.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value))
  const headers = new Headers({ accept: acceptOf[endpoint.form] })
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`)
  if (options.person !== undefined) headers.set('microfetch-person', encodeURIComponent(options.person))
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal])
  if (endpoint.method === 'GET') return new Request(url, { headers, signal })
  headers.set('content-type', 'application/json')
  return new Request(url, { method: 'POST', headers, signal, body: JSON.stringify(asked.body) })
}

async function readText(response: Response, options: ClientOptions): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw toProblem(error, options)
  }
}

async function* linesOf(response: Response, options: ClientOptions): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of piecesOf(response, options)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') throw new Problem('broken-answer', `the answer of ${options.baseUrl} was cut in the middle of a line`)
}

function parseReply<Reply extends Schema>(
  schema: Reply,
  text: string,
  endpoint: Endpoint,
  options: ClientOptions,
): v.InferOutput<Reply> {
  const place = `${options.baseUrl} (${endpoint.method} ${endpoint.path})`
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem('broken-answer', `${place} did not answer with JSON: is it microfetch that listens there?`, {
      cause: error,
    })
  }
  const told = v.safeParse(schema, value)
  if (told.success) return told.output
  const issue = told.issues[0]
  const where = v.getDotPath(issue) ?? 'the reply'
  throw new Problem(
    'broken-answer',
    `${place} answered in another shape than this version knows (${where}: ${issue.message}). Are both of one version?`,
  )
}

function toProblem(error: unknown, options: ClientOptions): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Error && error.cause instanceof Problem) return error.cause
  if (options.signal?.aborted === true) return new Problem('unreachable', 'interrupted', { cause: error })
  return new Problem('unreachable', `no answer from ${options.baseUrl}: is the daemon running there?`, { cause: error })
}
