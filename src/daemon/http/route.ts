import type { Context } from 'hono'
import * as v from 'valibot'
import type { Endpoint, ParamsOf } from '../../api/endpoint.ts'
import type { ReplyTo } from '../../api/client.ts'
import { Problem } from '../../core/problem.ts'
import type { DoorParts } from './door-parts.ts'

/** What a person asked, parsed and trusted. */
export interface Asked<E extends Endpoint> {
  params: Record<ParamsOf<E['path']>, string>
  query: v.InferOutput<E['query']>
  body: v.InferOutput<E['body']>
  /** Who asks, as the ledger's events name them. */
  person: string
  now: Date
}

/** An endpoint with what answers it. */
export interface Route {
  endpoint: Endpoint
  handle: (context: Context, parts: DoorParts) => Promise<Response>
}

/** A route whose answer is one document. */
export function route<E extends Endpoint>(
  endpoint: E,
  answer: (asked: Asked<E>, parts: DoorParts) => Promise<ReplyTo<E>>,
): Route {
  return {
    endpoint,
    handle: async (context, parts) => context.json(await answer(await readAsked(endpoint, context, parts), parts)),
  }
}

/** A route whose answer is a stream of documents, one a line. What is wrong with the question is thrown before the first of them. */
export function streamRoute<E extends Endpoint>(
  endpoint: E,
  answer: (asked: Asked<E>, parts: DoorParts) => Promise<AsyncIterable<ReplyTo<E>>>,
): Route {
  return {
    endpoint,
    handle: async (context, parts) => {
      const rows = await answer(await readAsked(endpoint, context, parts), parts)
      return context.body(streamOf(toLines(rows), linesInOnePiece), 200, { 'content-type': 'application/x-ndjson' })
    },
  }
}

/** A route whose answer is a stream of text, in the same manner. */
export function textRoute<E extends Endpoint>(
  endpoint: E,
  contentType: string,
  answer: (asked: Asked<E>, parts: DoorParts) => Promise<AsyncIterable<string>>,
): Route {
  return {
    endpoint,
    handle: async (context, parts) => {
      const pieces = await answer(await readAsked(endpoint, context, parts), parts)
      return context.body(streamOf(pieces, 1), 200, { 'content-type': contentType })
    },
  }
}

async function readAsked<E extends Endpoint>(endpoint: E, context: Context, parts: DoorParts): Promise<Asked<E>> {
  const body = endpoint.method === 'GET' ? {} : await readBody(context)
  return {
    params: context.req.param() as Record<ParamsOf<E['path']>, string>,
    query: parse(endpoint.query, context.req.query(), 'the address') as v.InferOutput<E['query']>,
    body: parse(endpoint.body, body, 'the body') as v.InferOutput<E['body']>,
    person: personOf(context),
    now: parts.clock(),
  }
}

async function readBody(context: Context): Promise<unknown> {
  // A web page elsewhere can post text without asking, JSON only after a preflight that nobody answers here.
  if (!/^application\/json\b/.test(context.req.header('content-type') ?? '')) {
    throw new Problem('bad-input', 'send the body as JSON, with the header content-type: application/json')
  }
  try {
    return await context.req.json()
  } catch (error) {
    throw new Problem('bad-input', 'the body is not JSON', { cause: error })
  }
}

/** Reads by a schema; what is wrong is a `bad-input` that names the place. */
export function parse<Schema extends v.GenericSchema<unknown, unknown>>(
  schema: Schema,
  value: unknown,
  place: string,
): v.InferOutput<Schema> {
  const read = v.safeParse(schema, value)
  if (read.success) return read.output
  const issue = read.issues[0]
  const where = v.getDotPath(issue)
  throw new Problem('bad-input', where === null ? `${place}: ${issue.message}` : `${place}, ${where}: ${issue.message}`)
}

function personOf(context: Context): string {
  const given = context.req.header('microfetch-person')
  if (given === undefined) return 'person'
  try {
    // A name goes into logs and tables of a terminal: letters, digits and a few signs.
    const name = decodeURIComponent(given)
      .replace(/[^\p{L}\p{N}._@-]/gu, '')
      .slice(0, 60)
    return name === '' ? 'person' : `person ${name}`
  } catch {
    return 'person'
  }
}

const linesInOnePiece = 200

async function* toLines(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

/** Texts as a stream, some at a time; whoever stops reading stops the work behind it. */
function streamOf(texts: AsyncIterable<string>, inOnePiece: number): ReadableStream<Uint8Array> {
  const reader = texts[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    pull: async controller => {
      let piece = ''
      // A pull that hands over nothing would be the last one.
      for (let count = 0; count < inOnePiece || piece === ''; count += 1) {
        const next = await reader.next()
        if (next.done === true) {
          if (piece !== '') controller.enqueue(encoder.encode(piece))
          controller.close()
          return
        }
        piece += next.value
      }
      controller.enqueue(encoder.encode(piece))
    },
    cancel: async () => {
      await reader.return?.()
    },
  })
}
