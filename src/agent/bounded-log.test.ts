import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openAgentLog } from './agent-log.ts'
import { BoundedLog } from './bounded-log.ts'
import { newFolder } from './testing/new-folder.ts'

function newPath(): string {
  return join(newFolder(), 'x.log')
}

test('a log never grows much beyond twice its limit, and its end is always there', () => {
  const path = newPath()
  const log = new BoundedLog(path, 1000)
  for (let line = 0; line < 500; line++) log.append(`line ${line}\n`)
  assert.ok(statSync(path).size + statSync(`${path}.1`).size < 2200)
  assert.match(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8'), /line 498\nline 499\n$/)
  // Opened again, it goes on where it was.
  new BoundedLog(path, 1000).append('later\n')
  assert.match(readFileSync(path, 'utf8'), /line 499\nlater\n$/)
})

test('a log that cannot be written ends nothing', () => {
  new BoundedLog('/proc/nowhere/x.log', 10).append('x')
})

test('the token is in no line, wherever it was put', () => {
  const path = newPath()
  const log = openAgentLog(path, 's3cret', () => new Date(0))
  log.say('with s3cret', { url: 'http://x/?t=s3cret', error: new Error('s3cret', { cause: new Error('why') }) })
  assert.equal(
    readFileSync(path, 'utf8'),
    '1970-01-01T00:00:00.000Z info with [token] {"url":"http://x/?t=[token]","error":"[token] (why)"}\n',
  )
})
