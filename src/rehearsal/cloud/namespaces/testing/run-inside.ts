import { appendFileSync } from 'node:fs'
import { run } from 'node:test'

/*
 * Runs one test file and says of each test how it ended: node run-inside.ts FILE ENDS
 * ENDS: a file to which a line of JSON is added for each (an InnerEnd).
 */

/** How one test inside ended. */
export interface InnerEnd {
  name: string
  outcome: 'passed' | 'failed' | 'skipped'
  /** Of a failure or a skip. */
  why: string
  milliseconds: number
}

const [file = '', ends = ''] = process.argv.slice(2)
const say = (end: InnerEnd): void => appendFileSync(ends, `${JSON.stringify(end)}\n`)
const stream = run({ files: [file], execArgv: ['--disable-warning=ExperimentalWarning'] })
stream.on('test:pass', ({ name, details, skip }) => {
  if (skip !== undefined) say({ name, outcome: 'skipped', why: typeof skip === 'string' ? skip : '', milliseconds: 0 })
  else if (details.type !== 'suite' && name !== file) say({ name, outcome: 'passed', why: '', milliseconds: details.duration_ms })
})
stream.on('test:fail', ({ name, details }) => {
  const { cause, message } = details.error
  if ('failureType' in details.error && details.error.failureType === 'subtestsFailed') return
  say({
    name,
    outcome: 'failed',
    why: cause instanceof Error ? (cause.stack ?? cause.message) : message,
    milliseconds: details.duration_ms,
  })
})
// The events are listened to above; reading makes them come.
stream.resume()
