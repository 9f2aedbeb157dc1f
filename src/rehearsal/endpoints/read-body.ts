import type { IncomingMessage } from 'node:http'

const mostBytes = 16 * 1024 * 1024

/** The whole body of a request as text. Throws beyond 16 MB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostBytes) throw new RangeError(`the request's body is larger than ${mostBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
