import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayTransfer } from './transfer-window.ts'

const at = (time: string): Date => new Date(`2026-03-01T${time}:00Z`)

test('without a window transfers may begin at any time', () => {
  assert.equal(mayTransfer(undefined, at('12:00')), true)
})

test('a window of one day begins with its first minute and ends before its last', () => {
  const said = ['08:59', '09:00', '16:59', '17:00'].map(time => mayTransfer('09:00-17:00', at(time)))
  assert.deepEqual(said, [false, true, true, false])
})

test('a window may go over midnight', () => {
  const said = ['18:59', '19:00', '23:59', '00:00', '06:59', '07:00'].map(time => mayTransfer('19:00-07:00', at(time)))
  assert.deepEqual(said, [false, true, true, true, true, false])
})

test('two times alike mean the whole day', () => {
  assert.equal(mayTransfer('07:00-07:00', at('12:00')), true)
})
