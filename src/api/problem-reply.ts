import * as v from 'valibot'
import { Problem, type ProblemCode } from '../core/problem.ts'

const codes = [
  'no-capacity',
  'slow-down',
  'unreachable',
  'refused',
  'broken-answer',
  'not-allowed',
  'not-found',
  'bad-input',
  'no-space',
] as const satisfies readonly ProblemCode[]

/** How a problem looks in a reply. */
export const problemReply = v.object({ code: v.picklist(codes), message: v.string() })
export type ProblemReply = v.InferOutput<typeof problemReply>

/** What a reply says of a problem. */
export function replyOf(problem: Problem): ProblemReply {
  return { code: problem.code, message: problem.message }
}

/** The problem that a reply tells of; one by its status when the answer is not ours (a proxy's page, another program). */
export function problemOf(status: number, text: string, asked: string): Problem {
  const told = v.safeParse(problemReply, jsonOr(text))
  if (told.success) return new Problem(told.output.code, told.output.message)
  const start = text.trim().slice(0, 200)
  return new Problem(codeOfStatus(status), `${asked} was answered with status ${status}${start === '' ? '' : `: ${start}`}`)
}

function codeOfStatus(status: number): ProblemCode {
  if (status === 401 || status === 403) return 'refused'
  if (status === 404) return 'not-found'
  if (status === 429) return 'slow-down'
  if (status === 502 || status === 503 || status === 504) return 'unreachable'
  return 'broken-answer'
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
