import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request as the server heard it. */
export interface Heard {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
}

/** What is done with one request. */
export type Reply = (response: ServerResponse, heard: Heard) => void

/** A server on this machine that answers as it is told. */
export interface ScriptedServer {
  url: string
  host: string
  heard: Heard[]
  server: Server
  close(): Promise<void>
}

/** Opens a server; `reply` answers every request. */
export async function openScriptedServer(reply: Reply): Promise<ScriptedServer> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://server')
    const one: Heard = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
    }
    heard.push(one)
    request.resume()
    reply(response, one)
  })
  return { heard, ...(await listen(server)) }
}

/** Lets a server listen on a free port of this machine, and closes it with all its connections. */
export async function listen(server: Server): Promise<Omit<ScriptedServer, 'heard'>> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  return { url: `http://${host}`, host, server, close }
}

/** One reply after the other; the last one for ever after. */
export function inTurn(...replies: [Reply, ...Reply[]]): Reply {
  let turn = 0
  return (response, heard) => {
    const reply = replies[Math.min(turn, replies.length - 1)] ?? replies[0]
    turn += 1
    reply(response, heard)
  }
}

/** A whole answer. */
export function answering(status: number, body = '', headers: Record<string, string> = {}): Reply {
  return response => {
    response.writeHead(status, headers)
    response.end(body)
  }
}

/** An answer of pieces, chunked; then the connection is dropped. */
export function breakingAfter(...pieces: string[]): Reply {
  return response => {
    for (const piece of pieces) response.write(piece)
    setTimeout(() => response.destroy(), 20)
  }
}

/** An answer that begins and never goes on. */
export function stallingAfter(piece: string): Reply {
  return response => {
    response.write(piece)
  }
}

/** The connection is dropped without a word. */
export const resetting: Reply = response => response.socket?.resetAndDestroy()

/** A request that is never answered. */
export const silent: Reply = () => undefined

/** A page as servers and proxies show it while something is down. */
export const outagePage =
  '<!DOCTYPE html>\n<html><head><title>503</title></head>\n<body><h1>Service Unavailable</h1></body></html>\n'
