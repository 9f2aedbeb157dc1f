import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultPolicy } from '../core/policy.ts'
import type { Deps } from './deps.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { makeLoop } from './loop.ts'
import type { AnyStage } from './stages/stages.ts'

test('who calls during a round gets another one at once, not after the period', { timeout: 30_000 }, async () => {
  const ledger = await openLedger(':memory:')
  const ending = new AbortController()
  let passes = 0
  const stage: AnyStage = {
    name: 'watch',
    pass: async () => {
      passes += 1
      if (passes === 1) loop.wake()
      else ending.abort()
      return { stage: 'watch', planned: 0, failures: [] }
    },
  }
  const deps = {
    ledger,
    clock: () => new Date(),
    policy: { ...defaultPolicy, periodSeconds: 86_400 },
    log: { say: () => undefined, warn: () => undefined },
  } as unknown as Deps
  const loop = makeLoop([stage], deps)
  await loop.runForever(ending.signal)
  assert.equal(passes, 2)
  await ledger.close()
})
