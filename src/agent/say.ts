import * as v from 'valibot'
import { wireVersion } from '../api/assignment.ts'
import { describeError } from '../core/problem.ts'

/** What came of a callback. */
export type Answer<Reply> =
  | { kind: 'heard'; reply: Reply }
  /** The attempt is closed: stop at once. */
  | { kind: 'gone' }
  /** Say it again. `reached`: a daemon answered, only not yet with what is needed. */
  | { kind: 'later'; reached: boolean; why: string }
  /** It is not understood there; saying the same again cannot help. */
  | { kind: 'refused'; why: string }

/** The daemon, as an agent sees it. Nothing here repeats a callback by itself. */
export interface Daemon {
  /** Whether a register was answered with `go`: before that nothing else is listened to. */
  registered: boolean
  say<Schema extends v.GenericSchema>(path: string, fact: object, replySchema: Schema): Promise<Answer<v.InferOutput<Schema>>>
}

/** Opens the way to the daemon. Calls never go through a proxy; an own CA comes by NODE_EXTRA_CA_CERTS. */
export function openDaemon(to: { serverUrl: string; token: string; machineId: string; callSeconds: number }): Daemon {
  const base = to.serverUrl.replace(/\/+$/, '')
  return {
    registered: false,
    async say(path, fact, replySchema) {
      try {
        const response = await fetch(base + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${to.token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ version: wireVersion, machineId: to.machineId, ...fact }),
          redirect: 'error', // a redirect would carry the token to somebody else
          signal: AbortSignal.timeout(to.callSeconds * 1000),
        })
        return readAnswer(response.status, await response.text(), replySchema)
      } catch (error) {
        return { kind: 'later', reached: false, why: describeError(error) }
      }
    },
  }
}

function readAnswer<Schema extends v.GenericSchema>(
  status: number,
  body: string,
  replySchema: Schema,
): Answer<v.InferOutput<Schema>> {
  if (status === 200) return readReply(body, replySchema)
  const why = `status ${status}`
  if (status === 410) return { kind: 'gone' }
  if ([429, 500, 503].includes(status)) return { kind: 'later', reached: true, why }
  if ([400, 409, 413, 415, 422].includes(status)) return { kind: 'refused', why: `${why} ${body.slice(0, 200)}` }
  // 401 comes from a daemon that never heard of us: of another home at this address, or of a ledger that was put back. 404, 502, 504 and the like come from something that is not our daemon, or stands before it.
  return { kind: 'later', reached: false, why }
}

function readReply<Schema extends v.GenericSchema>(body: string, replySchema: Schema): Answer<v.InferOutput<Schema>> {
  try {
    const parsed = v.safeParse(replySchema, JSON.parse(body))
    if (parsed.success) return { kind: 'heard', reply: parsed.output }
    return { kind: 'later', reached: false, why: `an answer that is not understood: ${v.summarize(parsed.issues).slice(0, 200)}` }
  } catch (error) {
    return { kind: 'later', reached: false, why: `an answer that is not JSON: ${describeError(error)}` }
  }
}
