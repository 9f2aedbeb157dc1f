import * as v from 'valibot'
import { Fault } from './fault.ts'
import type { Outbound, OutRequest } from './outbound.ts'
import { firstWords } from './words-of.ts'

/** What came, when by the far side's own clock. */
export interface Fetched<T> {
  value: T
  at: Date | undefined
  status: number
}

/** The whole answer as text, asked up to three times when it is safe to ask twice. Throws as `Outbound.send`. */
export function fetchText(outbound: Outbound, request: OutRequest): Promise<Fetched<string>> {
  return fetchAs(outbound, request, text => text)
}

/**
 * The whole answer as JSON that fits the schema. What is not JSON may be a passing fault (a page of the far side's proxy), so it
 * is asked for again; what is JSON of another shape is not. Throws `broken-answer`, and as `Outbound.send`.
 */
export function fetchJson<T>(
  outbound: Outbound,
  request: OutRequest,
  schema: v.GenericSchema<unknown, T>,
  readAs: (text: string) => string = text => text,
): Promise<Fetched<T>> {
  return fetchAs(outbound, request, (text, name) => fitting(schema, parsed(readAs(text), name), name))
}

/** The whole answer as `read` understands it. What `read` throws as a passing fault is asked for again. */
export function fetchAs<T>(
  outbound: Outbound,
  request: OutRequest,
  read: (text: string, name: string, status: number) => T,
): Promise<Fetched<T>> {
  const attempt = async () => {
    const answer = await outbound.send(request)
    return { value: read(await answer.text(), answer.name, answer.status), at: answer.at, status: answer.status }
  }
  return mayRepeat(request) ? outbound.tryAgain(attempt) : attempt()
}

function mayRepeat(request: OutRequest): boolean {
  return request.method === undefined || request.method === 'GET' || request.method === 'HEAD'
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault('broken-answer', `${name}: not JSON: ${firstWords(text)}`, { passing: true, cause: error })
  }
}

function fitting<T>(schema: v.GenericSchema<unknown, T>, value: unknown, name: string): T {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const place = v.getDotPath(issue)
  const where = place === null ? '' : ` at ${place}`
  throw new Fault('broken-answer', `${name}: not the answer we know${where}: ${issue.message}`, { passing: false })
}
