import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayNumber, dayText, makeArchiveClock, readDay } from './archive-clock.ts'

test('a fixed clock stands, moves when told to, and follows this machine again when set free', () => {
  const wall = new Date('2030-01-01T00:00:00Z')
  const clock = makeArchiveClock(new Date('2026-08-20T12:00:00Z'), () => wall)
  assert.equal(clock.now().toISOString(), '2026-08-20T12:00:00.000Z')
  clock.advance(3600)
  assert.equal(clock.now().toISOString(), '2026-08-20T13:00:00.000Z')
  clock.set(undefined)
  assert.equal(clock.now().toISOString(), '2030-01-01T00:00:00.000Z')
  clock.advance(60)
  assert.equal(clock.now().toISOString(), '2030-01-01T00:01:00.000Z')
})

test('a day goes to its text and back', () => {
  const day = dayNumber(new Date('2018-11-16T23:59:00Z'))
  assert.equal(dayText(day), '2018-11-16')
  assert.equal(readDay('2018-11-16'), day)
  for (const text of ['2018', '16.11.2018', '2018-13-41', '']) assert.equal(readDay(text), undefined, text)
})
