import { request as ask } from 'node:http'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { listen } from './scripted-server.ts'

/** A proxy on this machine: hands on plain requests, and tunnels the others. */
export interface SmallProxy {
  url: string
  host: string
  /** What it was asked for: `GET http://…` or `CONNECT host:port`. */
  asked: string[]
  /** The credentials that came with each request. */
  credentials: (string | undefined)[]
  close(): Promise<void>
}

/** Opens a proxy; with `wants`, it answers 407 to whoever does not bring these credentials. */
export async function openSmallProxy(wants?: string): Promise<SmallProxy> {
  const asked: string[] = []
  const credentials: (string | undefined)[] = []
  const note = (request: IncomingMessage) => {
    asked.push(`${request.method} ${request.url}`)
    credentials.push(request.headers['proxy-authorization'])
    return wants === undefined || request.headers['proxy-authorization'] === `Basic ${Buffer.from(wants).toString('base64')}`
  }
  const server = createServer((request, response) => {
    if (note(request)) handOn(request, response)
    else response.writeHead(407).end()
  })
  server.on('connect', (request, socket: Socket) => {
    if (note(request)) tunnel(request.url ?? '', socket)
    else socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
  })
  const { url, host, close } = await listen(server)
  return { url, host, asked, credentials, close }
}

function handOn(request: IncomingMessage, response: ServerResponse): void {
  const onward = ask(request.url ?? '', { method: request.method ?? 'GET', headers: request.headers }, answer => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  onward.on('error', () => response.writeHead(502).end())
  request.pipe(onward)
}

function tunnel(target: string, socket: Socket): void {
  const [host = '', port = ''] = target.split(':')
  const far = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    far.pipe(socket)
    socket.pipe(far)
  })
  far.on('error', () => socket.destroy())
  socket.on('error', () => far.destroy())
}
