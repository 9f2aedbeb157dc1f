import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { replyOf } from '../../api/problem-reply.ts'
import { Problem, type ProblemCode } from '../../core/problem.ts'

/** The one table: which status a problem is answered with. */
export const statusOf: Record<ProblemCode, ContentfulStatusCode> = {
  'bad-input': 400,
  refused: 401,
  'not-found': 404,
  'not-allowed': 409,
  'slow-down': 429,
  'broken-answer': 502,
  'no-capacity': 503,
  unreachable: 504,
  'no-space': 507,
}

/** Answers with a problem; anything else that was thrown is our own fault, told without its inside. */
export function replyToProblem(context: Context, thrown: unknown, complain: (thrown: unknown) => void): Response {
  if (thrown instanceof Problem) return context.json(replyOf(thrown), statusOf[thrown.code])
  complain(thrown)
  return context.json({ code: 'broken-answer', message: 'microfetch failed at this; its log says how' }, 500)
}
