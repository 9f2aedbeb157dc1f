import { appendFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { makeFolder } from '../daemon/settings/make-folder.ts'
import type { Screen } from './screen.ts'
import { snake } from './print-list.ts'

/** The log of a program: a line for each thing that happened, on stderr and in a file. */
export interface ProgramLog {
  say(text: string, fields?: Record<string, unknown>): void
  warn(text: string, fields?: Record<string, unknown>): void
}

/** Where the lines go, and how they are written. */
export interface LogPlaces {
  screen: Screen
  clock: Clock
  /** The daemon's own log; its lines are appended. */
  file: string
  /** `json`: one document a line on stderr, for programs; the file is always plain. */
  format: 'plain' | 'json'
}

/** Makes the log of a program: `2026-08-22T10:04:11Z INFO delivered tax_id=90370 run=ERR123456`. */
export function programLog({ screen, clock, file, format }: LogPlaces): ProgramLog {
  makeFolder(dirname(file))
  const write = (level: 'INFO' | 'WARN', text: string, fields: Record<string, unknown> = {}): void => {
    const at = `${clock().toISOString().slice(0, 19)}Z`
    const said = plainFields(fields)
    const line = `${at} ${level} ${text}${said === '' ? '' : ` ${said}`}`
    appendFileSync(file, `${line}\n`)
    if (format === 'json') screen.say(JSON.stringify({ time: at, level: level.toLowerCase(), msg: text, ...fields }))
    else screen.say(onScreen(screen, at, level, text, said) ?? line)
  }
  return { say: (text, fields) => write('INFO', text, fields), warn: (text, fields) => write('WARN', text, fields) }
}

/** Fields as a line shows them: `tax_id=90370 run=ERR123456`, on one line whatever stands in them. */
export function plainFields(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${snake(key)}=${plainValue(value)}`)
    .join(' ')
}

function plainValue(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
}

/** Shorter where a person watches: the time of day, the words, the rest dimmed. */
function onScreen({ canAsk, paint }: Screen, at: string, level: string, text: string, said: string): string | undefined {
  if (!canAsk) return undefined
  const words = level === 'WARN' ? paint.yellow(text) : text
  return `${paint.dim(at.slice(11, 19))}  ${words}  ${paint.dim(said)}`
}
