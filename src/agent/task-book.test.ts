import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TaskBook } from './task-book.ts'
import type { TaskRow } from './trace.ts'

const runs = ['ERR123456', 'ERR1234567']

function aRow(overrides: Partial<TaskRow> = {}): TaskRow {
  const tag = overrides.tag ?? 'ERR123456'
  const row = {
    process: 'FETCH',
    name: `FETCH (${tag})`,
    status: 'FAILED',
    exit: 1,
    attempt: 1,
    workdir: '/w',
    errorAction: 'IGNORE',
    isOverTime: false,
  }
  return { ...row, tag, ...overrides }
}

test('only the last attempt of a task counts', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ errorAction: 'RETRY' }), 1)
  assert.equal(book.failureOf('ERR123456')?.row.attempt, 1)
  assert.equal(book.hasFinallyFailed('ERR123456'), false)
  book.note(aRow({ attempt: 2, exit: 9 }), 1)
  assert.equal(book.failureOf('ERR123456')?.row.exit, 9)
  assert.equal(book.hasFinallyFailed('ERR123456'), true)
  book.note(aRow({ attempt: 3, status: 'COMPLETED' }), 1)
  assert.equal(book.failureOf('ERR123456'), undefined)
})

test('the success of another task of the same name does not hide a failure, that of a later execution takes it back', () => {
  const book = new TaskBook(runs)
  book.note(aRow(), 1)
  book.note(aRow({ status: 'COMPLETED' }), 1)
  assert.equal(book.hasFinallyFailed('ERR123456'), true)
  book.note(aRow({ status: 'CACHED' }), 2)
  assert.equal(book.hasFinallyFailed('ERR123456'), false)
})

test('a tag names a run by whole words', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ tag: 'ERR1234567_T1 (2)', exit: 7 }), 1)
  assert.equal(book.failureOf('ERR123456'), undefined)
  assert.equal(book.failureOf('ERR1234567')?.row.exit, 7)
  book.note(aRow({ tag: '', name: 'QC (sample ERR123456)', exit: 8 }), 1)
  assert.equal(book.failureOf('ERR123456')?.row.exit, 8)
})

test('a failure that names no run is that of the batch', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ process: 'MULTIQC', tag: '', name: 'MULTIQC', exit: 3 }), 1)
  assert.equal(book.failureOfBatch()?.row.process, 'MULTIQC')
  assert.ok(runs.every(run => book.failureOf(run) === undefined))
})

test('what is aborted, or dies while the pipeline is being ended, has not failed', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ status: 'ABORTED', exit: undefined }), 1)
  book.close()
  book.note(aRow({ exit: 143 }), 1)
  assert.equal(book.failureOf('ERR123456'), undefined)
})

test('work folders of ended tasks are given once, to their run', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ status: 'COMPLETED', workdir: '/w/1' }), 1)
  book.note(aRow({ status: 'FAILED', workdir: '/w/2' }), 1)
  book.note(aRow({ status: 'CACHED', workdir: '/w/3' }), 2)
  book.note(aRow({ tag: 'ERR1234567', status: 'COMPLETED', workdir: '/w/4' }), 1)
  book.note(aRow({ tag: '', name: 'INDEX', status: 'COMPLETED', workdir: '/w/5' }), 1)
  assert.deepEqual(book.takeWorkdirs('ERR123456'), ['/w/1', '/w/3'])
  assert.deepEqual(book.takeWorkdirs('ERR123456'), [])
})

test('of several failures in a chain the latest counts', () => {
  const book = new TaskBook(runs)
  book.note(aRow({ process: 'QC', exit: 5 }), 1)
  book.note(aRow({ process: 'ASSEMBLE', exit: 6 }), 1)
  book.note(aRow({ process: 'QC', exit: 5, attempt: 2 }), 1)
  assert.equal(book.failureOf('ERR123456')?.row.process, 'QC')
})
