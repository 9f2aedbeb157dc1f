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

/** Begins all walks, what mostly waits beside what mostly works. */
function beginWalks() {
  const rowsWalked = walkRows()
  const archiveWalked = walkArchive()
  const begun = {
    answers: walkAnswers(4),
    archive: archiveWalked,
    links: archiveWalked,
    rows: rowsWalked,
    looks: rowsWalked,
    files: rowsWalked.catch(() => undefined).then(() => walkFiles()),
  }
  // Each is awaited by its own tests.
  for (const walk of Object.values(begun)) walk.catch(() => undefined)
  return begun
}

let begun: ReturnType<typeof beginWalks> | undefined
const places = ['answers', 'archive', 'links', 'rows', 'looks', 'files'] as const

for (const place of places) {
  suite(`faults tried as ${place}`, { timeout: 900_000 }, () => {
    let walked: Walked
    before(async () => {
      begun ??= beginWalks()
      walked = await begun[place]
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
