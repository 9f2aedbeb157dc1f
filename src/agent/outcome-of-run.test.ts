import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { type RunOutcome, runOutcomeSchema } from '../api/closing.ts'
import { failed, outcomeOfFailedTask, readSaidReason } from './outcome-of-run.ts'
import type { TaskRow } from './trace.ts'

const run = 'ERR000001'
const row: TaskRow = {
  process: 'W:FETCH',
  tag: run,
  name: '',
  status: 'FAILED',
  exit: 1,
  attempt: 1,
  workdir: '',
  errorAction: '',
  isOverTime: false,
}
const exitCodes = {
  FETCH: { '44': { reason: 'DL_MD5', cure: 'retry' as const }, '140': { reason: 'DL_FAIL', cure: 'retry' as const } },
  '*': { '44': { reason: 'PIPE_FAIL', cure: 'none' as const }, '7': { reason: 'QC_FAIL', cure: 'none' as const } },
}

function meaning(overrides: Partial<TaskRow>, stderr = ''): string {
  const outcome = outcomeOfFailedTask(run, { ...row, ...overrides }, exitCodes, readSaidReason(stderr))
  return outcome.outcome === 'failed' ? `${outcome.reason} ${outcome.cure}` : outcome.outcome
}

test('an exit status means what the recipe says of its process, then of any', () => {
  assert.equal(meaning({ exit: 44 }), 'DL_MD5 retry')
  assert.equal(meaning({ exit: 44, process: 'FASTP' }), 'PIPE_FAIL none')
  assert.equal(meaning({ exit: 7 }), 'QC_FAIL none')
})

test('a status that nobody knows is written as a dash, and the rows for everything else come last', () => {
  const rows = {
    FETCH: { '*': { reason: 'DL_FAIL', cure: 'none' as const }, '140': { reason: 'DL_SIZE', cure: 'none' as const } },
    '*': { '-': { reason: 'WORK_LOST', cure: 'retry' as const }, '137': { reason: 'ASM_OOM', cure: 'memory' as const } },
  }
  const reason = (overrides: Partial<TaskRow>, stderr = ''): unknown => {
    const outcome = outcomeOfFailedTask(run, { ...row, ...overrides }, rows, readSaidReason(stderr))
    return outcome.outcome === 'failed' && `${outcome.reason} ${outcome.cure}`
  }
  assert.equal(reason({ exit: undefined }), 'WORK_LOST retry')
  assert.equal(reason({ exit: undefined, isOverTime: true }), 'DL_SIZE none')
  assert.equal(reason({ exit: undefined, isOverTime: true, process: 'STATS' }), 'WORK_LOST retry')
  assert.equal(reason({ exit: 137 }), 'ASM_OOM memory')
  assert.equal(reason({ exit: 99 }), 'DL_FAIL none')
  assert.equal(reason({ exit: 99 }, 'microfetch-reason: DL_MD5'), 'DL_MD5 none')
})

test('where the recipe says nothing, the task does, and else what such a status mostly means', () => {
  assert.equal(meaning({ exit: 99 }, 'microfetch-reason: ASM_LEN expected_min=5 got=4'), 'ASM_LEN retry')
  assert.equal(meaning({ exit: 99 }, 'microfetch-reason: NO_SUCH_CODE x=1'), 'PIPE_FAIL retry')
  assert.equal(meaning({ exit: 137 }), 'ASM_OOM memory')
  assert.equal(meaning({ exit: 143, process: 'FASTP' }), 'ASM_TIME none')
  assert.equal(meaning({ exit: undefined }), 'PIPE_FAIL retry')
})

test('a task without a status that took longer than its limit was ended for its time', () => {
  assert.equal(meaning({ exit: undefined, isOverTime: true, process: 'FASTP' }), 'ASM_TIME none')
  assert.equal(meaning({ exit: undefined, isOverTime: true }), 'DL_FAIL retry')
})

test('the last word of a task is its reason; without one the end of what it said', () => {
  assert.deepEqual(
    readSaidReason('microfetch-reason: DL_FAIL a=1\nx\n \u001b[1mmicrofetch-reason: DL_MD5 file=x got=y\u001b[0m\nbye\n'),
    {
      code: 'DL_MD5',
      detail: 'file=x got=y',
    },
  )
  assert.deepEqual(readSaidReason('microfetch-reason: SHEET_WRONG role=x'), { code: undefined, detail: 'SHEET_WRONG role=x' })
  assert.deepEqual(readSaidReason('1\n2\n\n3\n4\n5\n6\n'), { code: undefined, detail: '2 / 3 / 4 / 5 / 6' })
  assert.deepEqual(readSaidReason(''), { code: undefined, detail: '' })
})

test('whatever a task writes, the outcome is one that the wire takes', () => {
  const said = readSaidReason(`microfetch-reason: DL_MD5 ${'\u0000x'.repeat(100_000)}`)
  const outcomes: RunOutcome[] = [
    outcomeOfFailedTask(run, row, exitCodes, said),
    failed(run, 'R'.repeat(500), 'd'.repeat(9000), 'none'),
  ]
  for (const outcome of outcomes) assert.deepEqual(v.parse(runOutcomeSchema, outcome), outcome)
})
