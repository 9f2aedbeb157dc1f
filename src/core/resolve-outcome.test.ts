import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveUnfinished, type Unfinished } from './resolve-outcome.ts'

const limits = { memorySizes: 3, maxStrikes: 3 }

function anUnfinished(over: Partial<Unfinished> = {}): Unfinished {
  return { strikes: 0, memoryStep: 0, superseded: false, reason: 'DL_FAIL', detail: 'http=503', cure: 'retry', ...over }
}

test('the first strike puts a delivery back, the second puts it back alone, the third fails it', () => {
  assert.deepEqual(resolveUnfinished(anUnfinished(), limits), {
    event: 'putBack',
    strikes: 1,
    alone: false,
    memoryStep: 0,
    detail: 'DL_FAIL http=503',
  })
  assert.deepEqual(resolveUnfinished(anUnfinished({ strikes: 1 }), limits), {
    event: 'putBack',
    strikes: 2,
    alone: true,
    memoryStep: 0,
    detail: 'DL_FAIL http=503',
  })
  assert.deepEqual(resolveUnfinished(anUnfinished({ strikes: 2 }), limits), {
    event: 'fail',
    reason: 'DL_FAIL',
    detail: 'http=503',
    strikes: 3,
  })
})

test('out of memory raises the need by one size without a strike, and fails beyond the largest', () => {
  const unfinished = anUnfinished({ reason: 'ASM_OOM', cure: 'memory', detail: 'exit=137' })
  assert.deepEqual(resolveUnfinished(unfinished, limits), {
    event: 'putBack',
    strikes: 0,
    alone: false,
    memoryStep: 1,
    detail: 'ASM_OOM exit=137',
  })
  assert.deepEqual(resolveUnfinished({ ...unfinished, memoryStep: 2 }, limits), {
    event: 'fail',
    reason: 'ASM_OOM',
    detail: 'exit=137',
    strikes: 0,
  })
})

test('a reason that no other try can cure fails at once', () => {
  assert.equal(resolveUnfinished(anUnfinished({ reason: 'ASM_NO_CONTIGS', cure: 'none' }), limits).event, 'fail')
})

test('files that changed in the archive are superseded, not failed', () => {
  const resolution = resolveUnfinished(anUnfinished({ superseded: true, reason: 'DL_MD5', detail: 'file=a' }), limits)
  assert.deepEqual(resolution, { event: 'drop', reason: 'RUN_SUPERSEDED', detail: 'DL_MD5 file=a' })
})

test('a reason that is not ours becomes PIPE_FAIL', () => {
  const resolution = resolveUnfinished(anUnfinished({ reason: 'rm -rf', cure: 'none' }), limits)
  assert.equal(resolution.event === 'fail' && resolution.reason, 'PIPE_FAIL')
})
