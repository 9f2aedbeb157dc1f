import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as v from 'valibot'
import type { Assignment } from '../../api/assignment.ts'
import { beatRequest, callbackPaths, closingRequest, outcomeRequest } from '../../api/callbacks.ts'

/** One callback as it was heard. */
export interface Heard {
  path: string
  token: string
  body: { machineId: string; beat?: number; progress?: { phase: string; runsDone: number }; outcome?: { runAccession: string } }
  status: number
}

type Answer = { status: number; body: object }

/** A daemon that answers as its fields say; change them while it runs. Callbacks that are not as the wire wants them are noted as wrong. */
export class FakeDaemon {
  readonly heard: Heard[] = []
  readonly wrong: string[] = []
  assignment: Assignment | undefined
  /** So many registers are answered `wait` first. */
  waits = 0
  /** Answered to everything, instead of what is right. */
  status: number | undefined
  stop = false
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens; again on the same port after a `close`. */
  async open(): Promise<void> {
    const server = createServer((request, response) => {
      void readBody(request).then(text => {
        const { status, body } = this.#answer(request, text)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
    })
    await new Promise<void>(resolve => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }

  /** What was heard and acknowledged on this path. */
  acknowledged(path: keyof typeof callbackPaths): Heard[] {
    return this.heard.filter(heard => heard.path === callbackPaths[path] && heard.status === 200)
  }

  #answer(request: IncomingMessage, text: string): Answer {
    const path = request.url ?? ''
    const body = JSON.parse(text) as Heard['body']
    const answer = this.status === undefined ? this.#rightAnswer(path, body) : { status: this.status, body: {} }
    this.heard.push({ path, token: request.headers.authorization ?? '', body, status: answer.status })
    return answer
  }

  #rightAnswer(path: string, body: object): Answer {
    switch (path) {
      case callbackPaths.register:
        if (this.waits-- > 0 || this.assignment === undefined) return { status: 200, body: { kind: 'wait', seconds: 0.02 } }
        return { status: 200, body: { kind: 'go', assignment: this.assignment } }
      case callbackPaths.beat:
        this.#check(beatRequest, body)
        return { status: 200, body: { stop: this.stop } }
      case callbackPaths.outcome:
        this.#check(outcomeRequest, body)
        return { status: 200, body: { ok: true } }
      case callbackPaths.closing:
        this.#check(closingRequest, body)
        return { status: 200, body: { ok: true } }
      default:
        this.wrong.push(path)
        return { status: 404, body: {} }
    }
  }

  #check(schema: v.GenericSchema, body: object): void {
    const parsed = v.safeParse(schema, body)
    if (!parsed.success) this.wrong.push(v.summarize(parsed.issues))
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request as AsyncIterable<Buffer>) text += chunk.toString()
  return text
}
