import * as v from 'valibot'
import { assignmentSchema } from './assignment.ts'
import { closingSchema, progressSchema, runOutcomeSchema } from './closing.ts'

/*
 * What an agent tells the daemon. Every request carries `authorization: Bearer <attempt token>`.
 * Answers: 200 with the reply · 401 unknown token · 410 the attempt is closed, stop · 503 a restored ledger does not
 * know this attempt yet, ask again · 413 too large. Every callback may be sent again; each states a fact only.
 */

export const callbackPaths = {
  register: '/agent/register',
  beat: '/agent/beat',
  outcome: '/agent/outcome',
  closing: '/agent/closing',
} as const

const told = { version: v.number(), machineId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) }

export const registerRequest = v.object(told)
/** `wait`: ask again in `seconds`; the machine is not yet bound to the attempt. */
export const registerReply = v.variant('kind', [
  v.object({ kind: v.literal('wait'), seconds: v.number() }),
  v.object({ kind: v.literal('go'), assignment: assignmentSchema }),
])
export type RegisterReply = v.InferOutput<typeof registerReply>

export const beatRequest = v.object({ ...told, beat: v.number(), progress: progressSchema })
/** `stop`: end the work and write the closing document. What lies proved at home is removed by the collector, which looked at both copies. */
export const beatReply = v.object({ stop: v.boolean() })
export type BeatReply = v.InferOutput<typeof beatReply>

export const outcomeRequest = v.object({ ...told, outcome: runOutcomeSchema })
export const closingRequest = v.object({ ...told, closing: closingSchema })
export const acknowledged = v.object({ ok: v.literal(true) })
