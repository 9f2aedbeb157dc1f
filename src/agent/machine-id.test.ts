import assert from 'node:assert/strict'
import { test } from 'node:test'
import { machineId, machineIdOf, parseStat } from './machine-id.ts'

test('a name that holds brackets and blanks does not shift the fields', () => {
  const rest = Array.from({ length: 30 }, (_, at) => String(100 + at))
  const stat = parseStat(`4711 (tmux: (a) b) S 1 4711 4710 ${rest.join(' ')}\n`)
  // Of the fields after the session, number 7 and on, the start time is number 22.
  assert.deepEqual(stat, { pid: 4711, state: 'S', parent: 1, group: 4711, session: 4710, startTicks: '115' })
})

test('what is not a stat line is none', () => {
  for (const text of ['', 'x (y) S 1 2 3', '1 (init) S 0 1 1']) assert.equal(parseStat(text), undefined)
})

test('an id holds boot id, pid and start time', () => {
  assert.equal(machineIdOf('b0b0-1\n', 12, '345'), 'b0b0-1.12.345')
})

test('this program has an id, always the same, and a pid that nobody has has none', async () => {
  const own = await machineId(process.pid)
  assert.match(own ?? '', new RegExp(`^[0-9a-f-]{36}\\.${process.pid}\\.\\d+$`))
  assert.equal(await machineId(process.pid), own)
  assert.equal(await machineId(2 ** 22 + 1), undefined)
})
