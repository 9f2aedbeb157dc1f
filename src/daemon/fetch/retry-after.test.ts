import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAfterSeconds } from './retry-after.ts'

const answered = new Date('2026-03-01T10:00:00Z')

test('Retry-After is read as seconds or as a date, and is otherwise nothing', () => {
  assert.equal(retryAfterSeconds('17', answered), 17)
  assert.equal(retryAfterSeconds('Sun, 01 Mar 2026 10:00:30 GMT', answered), 30)
  assert.equal(retryAfterSeconds('Sun, 01 Mar 2026 09:00:00 GMT', answered), 0)
  assert.equal(retryAfterSeconds('Sun, 01 Mar 2026 10:00:30 GMT', undefined), undefined)
  assert.equal(retryAfterSeconds('soon', answered), undefined)
  assert.equal(retryAfterSeconds(undefined, answered), undefined)
})
