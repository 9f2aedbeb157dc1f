import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Progress } from '../api/closing.ts'
import { Halt } from './halt.ts'
import { passedLimit } from './limits.ts'
import { hasMoved } from './progress.ts'

const limits = { deadlineSeconds: 100, stallSeconds: 10 }

test('the deadline counts from the start, the stall from the last progress', () => {
  assert.equal(passedLimit(5000, 5000, 14_999, limits), undefined)
  assert.equal(passedLimit(5000, 5000, 15_000, limits), 'stalled')
  assert.equal(passedLimit(5000, 9000, 15_000, limits), undefined)
  assert.equal(passedLimit(5000, 104_000, 105_000, limits), 'deadline')
  // Progress from before the start is none of this work.
  assert.equal(passedLimit(5000, 0, 14_999, limits), undefined)
})

test('runs, ended tasks and bytes are progress; free disk and memory are not', () => {
  const before: Progress = {
    phase: 'working',
    runsDone: 1,
    runsFailed: 0,
    runsTotal: 2,
    bytesWritten: 5,
    freeDiskBytes: 9,
    freeMemoryBytes: 9,
    tasksEnded: 3,
  }
  assert.equal(hasMoved(before, { ...before, freeDiskBytes: 1, freeMemoryBytes: 1 }), false)
  for (const moved of [{ runsDone: 2 }, { runsFailed: 1 }, { tasksEnded: 4 }, { bytesWritten: 4 }])
    assert.equal(hasMoved(before, { ...before, ...moved }), true)
  assert.equal(hasMoved(undefined, before), true)
})

test('the first cause of an end stands, but a closed attempt goes before all', () => {
  const halt = new Halt()
  halt.ask('stalled')
  halt.ask('deadline')
  assert.equal(halt.cause, 'stalled')
  assert.deepEqual([halt.work.aborted, halt.leave.aborted], [true, false])
  halt.ask('gone')
  assert.equal(halt.cause, 'gone')
  assert.deepEqual([halt.leave.aborted, halt.gone.aborted], [true, true])
})

test('whoever is told to leave closes first', () => {
  const halt = new Halt()
  halt.askToLeave()
  assert.equal(halt.cause, 'dismissed')
  assert.deepEqual([halt.work.aborted, halt.leave.aborted, halt.gone.aborted], [true, true, false])
})
