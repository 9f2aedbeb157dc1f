import type { Clock } from '../core/clock.ts'
import { describeError } from '../core/problem.ts'
import { BoundedLog } from './bounded-log.ts'

/** The agent's own log: a fixed text, and the rest in fields. */
export interface AgentLog {
  say(text: string, fields?: Record<string, unknown>): void
  warn(text: string, fields?: Record<string, unknown>): void
}

const mostBytes = 2_000_000

/** Opens `agent.log`. The token never gets into it, whoever put it into a text. */
export function openAgentLog(path: string, token: string, clock: Clock): AgentLog {
  const file = new BoundedLog(path, mostBytes)
  const write = (level: string, text: string, fields: Record<string, unknown> = {}): void => {
    const rest = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields, plainValue)}`
    const line = `${clock().toISOString()} ${level} ${text}${rest}`
    file.append(`${token === '' ? line : line.replaceAll(token, '[token]')}\n`)
  }
  return { say: (text, fields) => write('info', text, fields), warn: (text, fields) => write('warn', text, fields) }
}

function plainValue(_key: string, value: unknown): unknown {
  return value instanceof Error ? describeError(value) : value
}
