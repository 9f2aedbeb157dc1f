import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../../../core/policy.ts'
import { plan, type Seen } from './plan.ts'

const now = new Date('2026-03-01T08:00:00.000Z')
const policy = { ...defaultPolicy, filesSeconds: 300 }
const settled: Seen = { hasNewEvents: false, isLedgerCsvCurrent: true, stale: [] }

test('nothing is written while the files show what the ledger knows', () => {
  assert.deepEqual(plan(settled, policy, now), [])
})

test('events go to the logs before any file is written', () => {
  const seen = { hasNewEvents: true, isLedgerCsvCurrent: false, stale: [{ taxId: 562, filesWrittenAt: null }] }
  assert.deepEqual(plan(seen, policy, now), [{ kind: 'events' }, { kind: 'ledger csv' }, { kind: 'taxon files', taxId: 562 }])
})

test("a taxon's files are written at most once in a while, and a clock that was set back does not stop them", () => {
  const written = (filesWrittenAt: string) => plan({ ...settled, stale: [{ taxId: 562, filesWrittenAt }] }, policy, now).length
  assert.equal(written('2026-03-01T07:55:01.000Z'), 0)
  assert.equal(written('2026-03-01T07:55:00.000Z'), 1)
  assert.equal(written('2026-03-01T09:00:00.000Z'), 1)
})
