import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDay, readDay } from './ena-dates.ts'

test('a date cell is a day, an instant, milliseconds, or nothing', () => {
  const cells: Record<string, string> = {
    '2018-11-16': '2018-11-16',
    ' 2018-11-16 ': '2018-11-16',
    '2018-11-16T10:00:00Z': '2018-11-16',
    '2024-02-29': '2024-02-29',
    '2023-02-29': '',
    '1900-02-29': '',
    '9999-99-99': '',
    '1314831600000': '2011-08-31',
    '2010/2014': '',
    '2020': '',
    missing: '',
    '': '',
  }
  for (const [cell, day] of Object.entries(cells)) assert.equal(readDay(cell), day, `"${cell}"`)
})

test('only days that exist may stand in a query', () => {
  assert.ok(isDay('2024-12-31'))
  for (const text of ['2024-13-01', '2024-00-10', '2024-04-31', '2024-4-3', '2024-04-30T00:00:00Z', '', '2024-04-30 OR 1=1']) {
    assert.ok(!isDay(text), text)
  }
})
