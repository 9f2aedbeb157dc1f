import type { Clock } from '../core/clock.ts'
import { plainFields, type ProgramLog } from './program-log.ts'
import type { Screen } from './screen.ts'

/** A log without a file: lines for people on stderr, or documents for programs on stdout. */
export interface ScreenLog extends ProgramLog {
  /** Everything was taken by whoever reads. */
  flushed(): Promise<void>
}

/** Makes it: `2026-08-22T10:04:11Z INFO at home run=ERR123456 bytes=81204`, or with `json` one document a line. */
export function screenLog({ screen, clock, json }: { screen: Screen; clock: Clock; json: boolean }): ScreenLog {
  let written = Promise.resolve()
  const write = (level: 'INFO' | 'WARN', text: string, fields: Record<string, unknown> = {}): void => {
    const time = `${clock().toISOString().slice(0, 19)}Z`
    if (json) {
      const line = JSON.stringify({ time, level: level.toLowerCase(), msg: text, ...fields })
      written = written.then(() => screen.data(line)).catch(() => undefined)
      return
    }
    const said = plainFields(fields)
    screen.say(`${time} ${level} ${text}${said === '' ? '' : ` ${said}`}`)
  }
  return {
    say: (text, fields) => write('INFO', text, fields),
    warn: (text, fields) => write('WARN', text, fields),
    flushed: () => written,
  }
}
