import type { ServerResponse } from 'node:http'
import { htmlPage } from '../faults/refuse.ts'
import { pause } from '../answers/reply.ts'
import type { AnswerFate } from './call-log.ts'
import type { Reply } from './exchange.ts'
import type { Instead, Travel } from './faults/cloud-fault.ts'

/** What is to be sent, and how it travels: as it should, when not said. */
export interface Answer extends Reply {
  headers?: Record<string, string>
  travel?: Travel | Exclude<Instead, { kind: 'refusal' }>
}

/** What becomes of an answer, for the log. */
export function fateOf({ travel }: Answer): AnswerFate {
  switch (travel?.kind) {
    case 'lost':
    case 'cut':
    case 'late':
      return travel.kind
    case 'silence':
    case 'unanswered-cut':
      return 'none'
    case 'page':
    case 'garbled':
    case undefined:
      return 'sent'
  }
}

/** Sends an answer, or lets it be lost, late or broken on its way. */
export async function sendAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  const { travel, status } = answer
  switch (travel?.kind) {
    case 'lost':
    case 'unanswered-cut':
      return breakConnection(response)
    case 'cut':
      return sendHalf(response, answer)
    case 'silence':
      await pause(response, travel.seconds)
      return breakConnection(response)
    case 'late':
      return sendLate(response, answer, travel.seconds)
    case 'page':
      return sendText(response, travel.status, 'text/html', htmlPage(`${travel.status} ${pageTitles[travel.status]}`))
    case 'garbled':
      return sendText(response, status, json, '{"droplet":{"id":')
    case undefined:
      return sendWhole(response, answer)
  }
}

const json = 'application/json; charset=utf-8'
const pageTitles = { 502: 'Bad Gateway', 503: 'Service Unavailable', 504: 'Gateway Time-out' }

async function sendLate(response: ServerResponse, answer: Answer, seconds: number): Promise<void> {
  if (await pause(response, seconds)) sendWhole(response, answer)
}

function sendWhole(response: ServerResponse, { status, body }: Answer): void {
  if (body !== undefined) return sendText(response, status, json, JSON.stringify(body))
  response.writeHead(status)
  response.end()
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** Names the whole length and sends half of it. An answer without a body breaks before its first byte. */
async function sendHalf(response: ServerResponse, { status, body }: Answer): Promise<void> {
  if (body === undefined) return breakConnection(response)
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(status, { 'content-type': json, 'content-length': bytes.length })
  response.write(bytes.subarray(0, bytes.length / 2))
  // What was written shall have left before the line breaks.
  await pause(response, 0.02)
  response.destroy()
}

function breakConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}
