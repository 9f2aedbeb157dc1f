import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, suite, test } from 'node:test'
import { faultMenu, type FaultName } from '../../src/rehearsal/faults.ts'
import { faultRows, otherRows } from './fault-table.ts'
import type { Walked } from './observed.ts'
import { walkAnswers } from './walk-answers.ts'
import { walkArchive } from './walk-archive.ts'
import { walkFiles } from './walk-files.ts'
import { walkRows } from './walk-rows.ts'
import { ways } from './ways.ts'

/*
 * Walks the rehearsal's whole menu against the shipped daemon, and compares what became of each fault with its row in
 * docs/src/faults.md. A fault without a row is a failure, and so is a row without a fault.
 */
const rows = new Map(faultRows().map(row => [row.fault, row]))
const root = join(import.meta.dirname, '..', '..')

suite('the table of faults', () => {
  test('has one row for every fault of the menu, and no other', () => {
    const names = faultRows().map(row => row.fault)
    assert.deepEqual(names.toSorted(), faultMenu.map(fault => fault.name).toSorted())
  })

  test('names, for what may fail outside the archive, tests that are there', () => {
    const others = otherRows()
    assert.ok(others.length > 0)
    for (const { fault, shownBy } of others) {
      assert.ok(shownBy.length > 0, `${fault} names no test`)
      for (const path of shownBy) assert.ok(existsSync(join(root, path)), `${fault} names ${path}`)
    }
  })
})

// All at once: most of each is waiting.
const walks = { answers: walkAnswers(4), archive: walkArchive(), rows: walkRows(), files: walkFiles() }
const walkOf = { ...walks, links: walks.archive, looks: walks.rows }
for (const walk of Object.values(walks)) walk.catch(() => undefined)

for (const place of Object.keys(walkOf) as (keyof typeof walkOf)[]) {
  suite(`faults tried as ${place}`, { timeout: 900_000 }, () => {
    let walked: Walked
    before(async () => {
      walked = await walkOf[place]
    })
    for (const { name, does } of faultMenu.filter(fault => ways[fault.name].at === place)) {
      test(`${name}: ${does}`, () => compare(name, walked))
    }
  })
}

function compare(name: FaultName, walked: Walked): void {
  const observed = walked.get(name)
  assert.ok(observed, 'it was not tried')
  assert.deepEqual(observed.wrong, [])
  const row = rows.get(name)
  assert.deepEqual({ fate: observed.fate, code: observed.code }, { fate: row?.fate, code: row?.code })
}
