import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainLine, plainLines } from './plain-text.ts'

test('colours, titles, control and direction characters are taken out', () => {
  assert.equal(plainLine('\u001b[1;31mred\u001b[0m\u0007 \u001b]0;title\u0007on\r\n\tleft\u202Eright ', 100), 'red on left right')
  assert.equal(plainLines('\u001b[2Ka\r\nb\u0000\tc\rd', 100), 'a\nb  c\nd')
})

test('of what is too long the end is kept', () => {
  assert.equal(plainLine('0123456789', 4), '…789')
  assert.equal(plainLine('0123', 4), '0123')
  assert.equal(plainLines('one\ntwo', 4), '\ntwo')
})
