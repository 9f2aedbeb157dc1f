import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchTable } from '../../src/core/batch-state.ts'
import { deliveryTable } from '../../src/core/delivery-state.ts'
import { workerTable } from '../../src/core/worker-state.ts'
import { historiesInThreads } from './in-threads.ts'

const asked = Number(process.env['MICROFETCH_HISTORIES'] ?? 1000)

/** How often every transition must be taken: a hundred times in a thousand histories or more, and in proportion where fewer are asked for. */
const timesAtLeast = asked >= 1000 ? 100 : Math.floor(asked / 10)

function everyTransition(): string[] {
  const tables: Record<string, Record<string, Record<string, string>>> = {
    delivery: deliveryTable,
    batch: batchTable,
    worker: workerTable,
  }
  return Object.entries(tables).flatMap(([subject, table]) =>
    Object.entries(table).flatMap(([state, events]) => Object.keys(events).map(event => `${subject} ${state} ${event}`)),
  )
}

test(`${asked} random histories of the shipped stages end well, and take every transition`, async t => {
  const told = await historiesInThreads(asked, undefined, false)
  assert.equal(told.lived, asked)
  assert.deepEqual(told.bad.slice(0, 3), [])
  const rare = everyTransition().filter(name => (told.transitions[name] ?? 0) < timesAtLeast)
  t.diagnostic(JSON.stringify(told.transitions))
  assert.deepEqual(rare, [], `taken less than ${timesAtLeast} times`)
})

for (const without of ['sweep', 'watch', 'intent', 'machine-id', 'manifest'] as const) {
  test(`without ${without}, histories end badly`, async t => {
    const told = await historiesInThreads(1000, without, true)
    assert.ok(told.bad.length > 0, `${told.lived} histories ended well without ${without}`)
    t.diagnostic(`seed ${told.bad[0]?.seed}: ${told.bad[0]?.what[0]}`)
  })
}
