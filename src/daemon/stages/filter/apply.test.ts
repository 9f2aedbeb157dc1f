import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as yieldToOthers } from 'node:timers/promises'
import { addedRows } from '../../../../test/integration/door-rows.ts'
import { defaultPolicy } from '../../../core/policy.ts'
import { defaultTaxonSettings } from '../../../core/taxon.ts'
import type { Deps } from '../../deps.ts'
import { openLedger } from '../../ledger/open-ledger.ts'
import { unjudgedCounts } from '../../ledger/verdicts.ts'
import { apply } from './apply.ts'
import { runsPerPage } from './plan.ts'

const now = new Date('2026-03-10T12:00:00.000Z')

test('between two pages whoever else has something to do comes to their turn', async () => {
  const ledger = await openLedger(':memory:')
  const rows = addedRows(ledger, now)
  await rows.taxon(624)
  for (let number = 1; number <= runsPerPage + 1; number++) {
    await rows.run(`ERR${100_000 + number}`)
    await rows.verdict(624, `ERR${100_000 + number}`, { verdict: 'unjudged', filter_set: '' })
  }
  const ids = (function* () {
    for (let number = 1; ; number++) yield `d${number}`
  })()
  const deps = {
    ledger,
    policy: defaultPolicy,
    taxonDefaults: defaultTaxonSettings,
    recipes: new Map(),
    clock: () => now,
    newId: () => String(ids.next().value),
  } as unknown as Deps
  const left: number[] = []
  let goesOn = true
  const others = (async () => {
    while (goesOn) {
      await yieldToOthers()
      left.push((await unjudgedCounts(ledger.read)).get(624) ?? 0)
    }
  })()
  await apply({ kind: 'judge', taxId: 624, pages: 2 }, deps)
  goesOn = false
  await others
  assert.ok(left.includes(1), `they saw the ledger with so many runs still to be judged: ${left.join(', ')}`)
  await ledger.close()
})
