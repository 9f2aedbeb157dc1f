/** A file host on this machine that serves FASTQ files over HTTP with ranges, and misbehaves on request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the host does with one request. A number is an HTTP status with an HTML body. */
export type Answer = 'whole' | 'wrong' | 'short' | 'cut' | 'stall' | 'empty' | 'html' | 'reset' | 'no-range' | number

/** A running file host. */
export interface FileHost {
  /** Offers `body` at `path`: one answer per request in order, the last one from then on. Returns its address. */
  offer(path: string, body: Buffer, answers?: Answer[]): string
  /** How often `path` was asked for. */
  requests(path: string): number
  close(): Promise<void>
}

interface Offered {
  body: Buffer
  answers: Answer[]
  requests: number
}

/** Starts a file host on a free port of the loopback interface. */
export async function startFileHost(): Promise<FileHost> {
  const offered = new Map<string, Offered>()
  const server = createServer((request, response) => {
    const file = offered.get(request.url ?? '')
    if (file === undefined) return fail(response, 404)
    const answer = file.answers[Math.min(file.requests, file.answers.length - 1)] ?? 'whole'
    file.requests += 1
    if (typeof answer === 'number') return fail(response, answer)
    replies[answer](file.body, request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    offer(path, body, answers = ['whole']) {
      offered.set(path, { body, answers, requests: 0 })
      return `http://127.0.0.1:${port}${path}`
    },
    requests: path => offered.get(path)?.requests ?? 0,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Reply = (body: Buffer, request: IncomingMessage, response: ServerResponse) => void

const replies: Record<Exclude<Answer, number>, Reply> = {
  whole,
  wrong: (body, ...rest) => whole(Buffer.from(body.map((byte, at) => (at === body.length >> 1 ? byte ^ 0xff : byte))), ...rest),
  short: (body, _, response) => void response.writeHead(200).end(body.subarray(0, body.length >> 1)),
  cut: (body, request, response) => half(body, request, response, () => response.destroy()),
  stall: (body, request, response) => half(body, request, response, () => undefined),
  empty: (_, __, response) => void response.writeHead(200, { 'content-length': 0 }).end(),
  html: (_, __, response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>We will be back soon</body></html>'),
  reset: (_, request) => void request.socket.resetAndDestroy(),
  'no-range': (body, _, response) => void response.writeHead(200, { 'content-length': body.length }).end(body),
}

function fail(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><body>${status}</body></html>`)
}

/** The bytes that the request asks for, with the headers that go with them. */
function part(
  body: Buffer,
  request: IncomingMessage,
): { status: number; from: number; to: number; headers: Record<string, string> } {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
  const from = Number(range?.[1] ?? 0)
  const to = range?.[2] ? Number(range[2]) + 1 : body.length
  const headers: Record<string, string> = { 'accept-ranges': 'bytes', 'content-length': String(to - from) }
  if (range === null) return { status: 200, from, to, headers }
  return { status: 206, from, to, headers: { ...headers, 'content-range': `bytes ${from}-${to - 1}/${body.length}` } }
}

function whole(body: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const { status, from, to, headers } = part(body, request)
  response.writeHead(status, headers).end(body.subarray(from, to))
}

/** Promises everything and sends half of it, then `after`. */
function half(body: Buffer, request: IncomingMessage, response: ServerResponse, after: () => void): void {
  const { status, from, to, headers } = part(body, request)
  response.writeHead(status, headers).write(body.subarray(from, from + ((to - from) >> 1)), () => setTimeout(after, 20))
}
