import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type TaskRow, TraceParser, TraceReader } from './trace.ts'
import { newFolder } from './testing/new-folder.ts'

// As Nextflow 24.10.8 wrote them: two tasks that failed, one that was ended for its time (limit 3 s), one that was aborted.
const header = 'process\ttag\tname\tstatus\texit\tattempt\tworkdir\terror_action\ttime\trealtime\tduration'
const rows = [
  'STEP\tERR000002\tSTEP (ERR000002)\tFAILED\t0\t1\t/w/7e/1480\tIGNORE\t3000\t10\t198',
  'A:B:STEP\tERR000003\tA:B:STEP (ERR000003)\tFAILED\t137\t2\t/w/af/78a2\tRETRY\t3000\t81\t155',
  'STEP\tERR000001\tSTEP (ERR000001)\tFAILED\t-\t1\t/w/6b/594b\tIGNORE\t3000\t3055\t3090',
  'STEP\t-\tSTEP (1)\tABORTED\t-\t1\t/w/7e/e0e6\t-\t3000\t-\t-',
]

test('rows are read by their header', () => {
  const parser = new TraceParser()
  assert.equal(parser.parseLine(header), undefined)
  const read = rows.map(row => parser.parseLine(row))
  const column = (name: keyof TaskRow): unknown[] => read.map(row => row?.[name])
  assert.deepEqual(column('process'), ['STEP', 'A:B:STEP', 'STEP', 'STEP'])
  assert.deepEqual(column('tag'), ['ERR000002', 'ERR000003', 'ERR000001', ''])
  assert.deepEqual(column('status'), ['FAILED', 'FAILED', 'FAILED', 'ABORTED'])
  assert.deepEqual(column('exit'), [0, 137, undefined, undefined])
  assert.deepEqual(column('attempt'), [1, 2, 1, 1])
  assert.deepEqual(column('workdir'), ['/w/7e/1480', '/w/af/78a2', '/w/6b/594b', '/w/7e/e0e6'])
  assert.deepEqual(column('errorAction'), ['IGNORE', 'RETRY', 'IGNORE', ''])
  assert.deepEqual(column('isOverTime'), [false, false, true, false])
})

test('a status that no program can have is not known', () => {
  const parser = new TraceParser()
  parser.parseLine('name\tstatus\texit')
  const row = parser.parseLine('STEP (ERR000001)\tFAILED\t2147483647')
  assert.deepEqual([row?.process, row?.exit, row?.attempt], ['STEP', undefined, 1])
})

test('a growing trace is read to its last whole line, wherever it is cut', async () => {
  const path = join(newFolder(), 'trace.txt')
  const reader = new TraceReader(path)
  assert.deepEqual(await reader.readNew(), [])
  // Letters of several bytes are cut, too.
  const text = Buffer.from(
    [header, ...rows, 'STEP\tERR000004 naïve→\tx\tCOMPLETED\t0\t1\t/w\t-\t1\t1\t1', 'not a row', ''].join('\n'),
  )
  const seen: string[] = []
  for (let at = 0; at < text.length; at += 7) {
    appendFileSync(path, text.subarray(at, at + 7))
    seen.push(...(await reader.readNew()).map(row => row.tag))
  }
  assert.deepEqual(seen, ['ERR000002', 'ERR000003', 'ERR000001', '', 'ERR000004 naïve→'])
  appendFileSync(path, rows[0] ?? '')
  assert.deepEqual(await reader.readNew(), [], 'a line that has not ended is none')
})
