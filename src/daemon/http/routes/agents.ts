import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { wireVersion } from '../../../api/assignment.ts'
import {
  beatRequest,
  callbackPaths,
  closingRequest,
  outcomeRequest,
  registerRequest,
  type BeatReply,
  type RegisterReply,
} from '../../../api/callbacks.ts'
import { replyOf } from '../../../api/problem-reply.ts'
import { Problem } from '../../../core/problem.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { attemptOfToken } from '../../ledger/asked/attempt-of-token.ts'
import { hearBeat, hearClosing, hearOutcome, hearRegister, type Hearing, type Speaker } from '../../ledger/heard.ts'
import type { DoorParts } from '../door-parts.ts'
import { bearerOf, tokenHashOf } from '../guards.ts'
import { parse } from '../route.ts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type * as v from 'valibot'

/** Bytes that one callback may have; a closing document lists every run of its batch. */
const mostBytes = { small: 64 * 1024, closing: 16 * 1024 * 1024 }

/** How soon an agent asks again while its machine is not bound yet. */
const waitSeconds = 2

/** The agents' callbacks: each stores what the agent said, and nothing else. */
export function mountAgentRoutes(app: Hono, parts: DoorParts): void {
  const small = bodyLimit({ maxSize: mostBytes.small, onError: tooLarge })
  app.post(callbackPaths.register, small, context => hear(context, parts, registerRequest, register))
  app.post(callbackPaths.beat, small, context => hear(context, parts, beatRequest, beat))
  app.post(callbackPaths.outcome, small, context =>
    hear(context, parts, outcomeRequest, ({ outcome }, speaker) =>
      acknowledge(context, parts, tx => hearOutcome(tx, speaker, outcome)),
    ),
  )
  app.post(callbackPaths.closing, bodyLimit({ maxSize: mostBytes.closing, onError: tooLarge }), context =>
    hear(context, parts, closingRequest, ({ closing }, speaker) =>
      acknowledge(context, parts, tx => hearClosing(tx, speaker, closing)),
    ),
  )

  async function register(_told: unknown, speaker: Speaker, context: Context): Promise<Response> {
    const hearing = await parts.ledger.write(tx => hearRegister(tx, speaker))
    if (hearing === 'closed') return closed(context)
    // The first word of a machine is what `watch` waits for.
    if (hearing === 'unbound') parts.wake()
    const assignment = hearing === 'bound' ? await parts.assignmentOf(speaker.attemptId) : undefined
    const reply: RegisterReply = assignment === undefined ? { kind: 'wait', seconds: waitSeconds } : { kind: 'go', assignment }
    return context.json(reply)
  }

  async function beat(told: v.InferOutput<typeof beatRequest>, speaker: Speaker, context: Context): Promise<Response> {
    const heard = await parts.ledger.write(tx => hearBeat(tx, speaker, told.beat, told.progress))
    if (heard.hearing !== 'bound') return notHeard(context, heard.hearing)
    return context.json({ stop: heard.stop } satisfies BeatReply)
  }
}

async function acknowledge(
  context: Context,
  parts: DoorParts,
  store: Parameters<typeof parts.ledger.write<Hearing>>[0],
): Promise<Response> {
  const hearing = await parts.ledger.write(store)
  if (hearing !== 'bound') return notHeard(context, hearing)
  parts.wake()
  return context.json({ ok: true })
}

type Told = { version: number; machineId: string }

async function hear<Request extends v.GenericSchema<unknown, Told>>(
  context: Context,
  parts: DoorParts,
  schema: Request,
  answer: (told: v.InferOutput<Request>, speaker: Speaker, context: Context) => Promise<Response>,
): Promise<Response> {
  const token = bearerOf(context)
  const attempt = token === undefined ? undefined : await attemptOfToken(parts.ledger.read, tokenHashOf(token))
  if (attempt === undefined) return unknownToken(context, parts)
  if (attempt.isClosed) return closed(context)
  const told = parse(schema, await jsonOf(context), 'the callback')
  if (told.version > wireVersion || told.version < wireVersion - 1) {
    throw new Problem('bad-input', `the agent speaks version ${told.version} of the wire, this daemon ${wireVersion}`)
  }
  return answer(told, { attemptId: attempt.attemptId, machineId: told.machineId, at: parts.clock() }, context)
}

async function jsonOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json()
  } catch (error) {
    throw new Problem('bad-input', 'the callback is not JSON', { cause: error })
  }
}

async function unknownToken(context: Context, parts: DoorParts): Promise<Response> {
  // A restored ledger may be older than this attempt: its machine must not be told to stop before it could be adopted.
  if (await isAdopting(parts.ledger.read))
    return refuse(context, 503, 'this ledger was restored and does not know the attempt yet; ask again')
  return refuse(context, 401, 'no attempt has this token')
}

function notHeard(context: Context, hearing: 'closed' | 'unbound'): Response {
  return hearing === 'closed' ? closed(context) : refuse(context, 503, 'no machine is bound to this attempt yet; ask again')
}

function closed(context: Context): Response {
  return refuse(context, 410, 'this attempt is closed, or another machine is bound to it: stop')
}

function tooLarge(context: Context): Response {
  return refuse(context, 413, 'the callback is too large')
}

function refuse(context: Context, status: ContentfulStatusCode, message: string): Response {
  const code = status === 401 ? 'refused' : status === 503 ? 'unreachable' : status === 413 ? 'bad-input' : 'not-allowed'
  return context.json(replyOf(new Problem(code, message)), status)
}
