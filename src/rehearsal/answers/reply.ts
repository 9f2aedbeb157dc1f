import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Exchange } from '../exchange.ts'
import type { BodyPlan } from '../faults/fault.ts'

// As recorded in 2023: no ETag, no Last-Modified, no Retry-After, no charset.
const portalHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-cache, no-store, max-age=0, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
  'Strict-Transport-Security': 'max-age=0',
}

/** The media type of an answer in a format of the portal. */
export function mediaType(format: 'tsv' | 'json'): string {
  return format === 'json' ? 'application/json' : 'text/plain'
}

/** Puts the portal's own headers on an answer. */
export function putPortalHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(portalHeaders)) response.setHeader(name, value)
}

/** Answers with a whole text. */
export function replyText(exchange: Exchange, status: number, type: string, text: string): void {
  const { response } = exchange
  putPortalHeaders(response)
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) })
  response.end(exchange.request.method === 'HEAD' ? undefined : text)
}

/** Answers with no body at all, as the portal does where it has no rows. */
export function replyNothing(exchange: Exchange, status = 204): void {
  putPortalHeaders(exchange.response)
  exchange.response.writeHead(status)
  exchange.response.end()
}

/** Refuses a request as the portal does since 2023: JSON with a message. */
export function replyRefusal(exchange: Exchange, status: number, message: string): void {
  const { pathname } = new URL(exchange.request.url ?? '/', 'http://archive')
  const body = {
    timestamp: exchange.world.clock.now().toISOString(),
    status,
    error: statusWords[status] ?? 'Error',
    message,
    path: pathname,
  }
  replyText(exchange, status, 'application/json', JSON.stringify(body))
}

const statusWords: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
}

/** A body that travels as it should. */
export function wholeBody(): BodyPlan {
  return { stopAtShare: undefined, then: 'end', pauseSeconds: 0, bytesPerSecond: 0 }
}

/** What the faults that strike an exchange make of its body. */
export function planBody(exchange: Exchange): BodyPlan {
  const plan = wholeBody()
  for (const { fault, settings } of exchange.struck) fault.body?.(plan, settings)
  return plan
}

/**
 * Sends pieces as they come, no faster than they are read. An answer of one piece carries its length, as small
 * answers of the portal do; a longer one is chunked.
 */
export async function replyPieces(exchange: Exchange, type: string, pieces: AsyncIterator<Buffer>): Promise<void> {
  const plan = planBody(exchange)
  const first = await pieces.next()
  if (first.done === true) return replyText(exchange, 200, type, '')
  const second = await pieces.next()
  if (second.done === true && plan.stopAtShare === undefined && plan.bytesPerSecond === 0) {
    return replyText(exchange, 200, type, first.value.toString('utf8'))
  }
  const { response } = exchange
  putPortalHeaders(response)
  response.writeHead(200, { 'Content-Type': type })
  let isOpen = await sendFirst(response, first.value, plan)
  for (let next = second; isOpen && next.done !== true; next = await pieces.next())
    isOpen = await sendPiece(response, next.value, plan)
  if (isOpen) response.end()
}

function sendFirst(response: ServerResponse, piece: Buffer, plan: BodyPlan): Promise<boolean> {
  return plan.stopAtShare === undefined ? sendPiece(response, piece, plan) : stopWithin(response, piece, plan)
}

/** Sends a piece and waits until it can take more; false when the reader has gone. */
async function sendPiece(response: ServerResponse, piece: Buffer, plan: BodyPlan): Promise<boolean> {
  if (plan.bytesPerSecond > 0) return trickle(response, piece, plan.bytesPerSecond)
  return write(response, piece)
}

/** Writes and waits for the reader to keep up; false when the reader has gone. */
export async function write(response: ServerResponse, piece: Buffer): Promise<boolean> {
  if (response.destroyed) return false
  if (response.write(piece)) return true
  await drained(response)
  return !response.destroyed
}

/** Listeners are taken off again: an answer of a million rows waits some ten thousand times. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}

/** Sends bytes at a given pace, a tenth of a second's worth at a time; false when the reader has gone. */
export async function trickle(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): Promise<boolean> {
  const step = Math.max(1, Math.round(bytesPerSecond / 10))
  for (let from = 0; from < bytes.length; from += step) {
    if (!(await write(response, bytes.subarray(from, from + step)))) return false
    await pause(response, 0.1)
  }
  return true
}

/** Sends a part of the bytes and does what the plan says there; true when the rest shall follow. */
async function stopWithin(response: ServerResponse, bytes: Buffer, plan: BodyPlan): Promise<boolean> {
  const stop = Math.floor(bytes.length * (plan.stopAtShare ?? 1))
  if (!(await write(response, bytes.subarray(0, stop)))) return false
  return (await stopHere(response, plan)) && (await write(response, bytes.subarray(stop)))
}

/** Ends, breaks or pauses an answer that has been sent in part; true when the rest shall follow. */
export async function stopHere(response: ServerResponse, plan: BodyPlan): Promise<boolean> {
  if (plan.then === 'end') {
    response.end()
    return false
  }
  if (plan.then === 'cut') {
    // Give what was written a moment to leave, then drop the connection.
    await pause(response, 0.02)
    response.destroy()
    return false
  }
  return pause(response, plan.pauseSeconds)
}

/** Waits some seconds, or for ever when 0, but never longer than the reader stays; true when the reader is still there. */
export async function pause(response: ServerResponse, seconds: number): Promise<boolean> {
  if (response.destroyed) return false
  const gone = new AbortController()
  const closed = once(response, 'close', { signal: gone.signal }).catch(() => undefined)
  const passed =
    seconds === 0 ? new Promise<never>(() => {}) : wait(seconds * 1000, undefined, { signal: gone.signal }).catch(() => undefined)
  await Promise.race([closed, passed])
  gone.abort()
  return !response.destroyed
}
