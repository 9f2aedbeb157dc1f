import type { Dispatcher } from 'undici'
import { Fault } from './fault.ts'
import { faultOfError } from './to-fault.ts'

type Received = Dispatcher.ResponseData

/** More than any answer that is read whole should hold. */
export const mostTextBytes = 32 * 1024 * 1024

/** One answer. Its body must be read to the end or dropped: until then it counts among the requests under way. */
export class Answer {
  readonly status: number
  /** The request as messages name it. */
  readonly name: string
  private readonly received: Received
  private readonly leave: () => void

  constructor(name: string, received: Received, leave: () => void) {
    this.status = received.statusCode
    this.name = name
    this.received = received
    this.leave = leave
    // A body that breaks after it was dropped is nobody's concern; while it is read, the reader hears of it.
    received.body.on('error', () => undefined)
  }

  header(name: string): string | undefined {
    const value = this.received.headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  /** The answer's own `Date`. */
  get at(): Date | undefined {
    const ms = Date.parse(this.header('date') ?? '')
    return Number.isNaN(ms) ? undefined : new Date(ms)
  }

  /** The body as it comes; a broken connection is thrown as `unreachable`. Leaving the loop early drops the rest. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.received.body) yield chunk as Uint8Array
    } catch (error) {
      throw faultOfError(this.name, error)
    } finally {
      this.drop()
    }
  }

  /** The whole body as text. Throws `broken-answer` when it is longer than `mostBytes`. */
  async text(mostBytes: number = mostTextBytes): Promise<string> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    for await (const chunk of this.chunks()) {
      bytes += chunk.length
      if (bytes > mostBytes)
        throw new Fault('broken-answer', `${this.name}: the answer is longer than ${mostBytes} bytes`, { passing: false })
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  /** The beginning of the body, for a message; empty when it cannot be read. */
  async start(mostBytes: number): Promise<string> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    try {
      for await (const chunk of this.chunks()) {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes >= mostBytes) break
      }
    } catch {
      // What was read until then is better than nothing.
    }
    return Buffer.concat(chunks).toString('utf8', 0, mostBytes)
  }

  /** Gives up the rest of the body and the place among the requests under way. */
  drop(): void {
    this.received.body.destroy()
    this.leave()
  }
}
