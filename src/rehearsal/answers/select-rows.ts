import type { RowsPlan } from '../faults/fault.ts'
import type { Exchange } from '../exchange.ts'
import type { RowTest } from '../query/row-test.ts'
import { shuffled } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { World } from '../world/world.ts'

/** What the faults that strike an exchange make of its rows. */
export function planRows(exchange: Exchange): RowsPlan {
  const plan: RowsPlan = {
    keepShare: 1,
    dropEvery: 0,
    doubleEvery: 0,
    repeatsFirstHalf: false,
    ignoresOffset: false,
    mostRows: Infinity,
    staysOpen: false,
  }
  for (const { fault, settings } of exchange.struck) fault.rows?.(plan, settings)
  return plan
}

/** Every public row that passes the test, in an order that is another one for each seed. */
export function* publicRows(world: World, test: RowTest, orderSeed: number): Generator<RunRow> {
  for (const place of shuffled(world.rowCount, orderSeed)) {
    const row = world.rowAt(place)
    if (row.change?.hidden === undefined && test(row)) yield row
  }
}

/** How many public rows pass the test. */
export function countRows(world: World, test: RowTest): number {
  let rows = 0
  for (let place = 0; place < world.rowCount; place++) {
    const row = world.rowAt(place)
    if (row.change?.hidden === undefined && test(row)) rows++
  }
  return rows
}

/** The rows from an offset on, as many as the limit says. */
export function* slice<T>(rows: Iterable<T>, offset: number, limit: number): Generator<T> {
  let at = 0
  if (limit <= 0) return
  for (const row of rows) {
    if (at++ < offset) continue
    yield row
    if (at - offset >= limit) return
  }
}

/** Rows with what the plan leaves out, doubles or repeats. `total` is asked for only when the plan needs it. */
export function bentRows(rows: Iterable<RunRow>, plan: RowsPlan, total: () => number): Iterable<RunRow> {
  let bent = rows
  if (plan.mostRows !== Infinity) bent = slice(bent, 0, plan.mostRows)
  if (plan.keepShare < 1) bent = slice(bent, 0, Math.floor(total() * plan.keepShare))
  if (plan.dropEvery > 0) bent = filterAt(bent, at => at % plan.dropEvery !== plan.dropEvery - 1)
  if (plan.doubleEvery > 0) bent = doubleAt(bent, at => at % plan.doubleEvery === 0)
  if (plan.repeatsFirstHalf) bent = firstHalfTwice(bent, Math.ceil(total() / 2), total())
  return bent
}

function* filterAt<T>(rows: Iterable<T>, keeps: (at: number) => boolean): Generator<T> {
  let at = 0
  for (const row of rows) if (keeps(at++)) yield row
}

function* doubleAt<T>(rows: Iterable<T>, doubles: (at: number) => boolean): Generator<T> {
  let at = 0
  for (const row of rows) {
    yield row
    if (doubles(at++)) yield row
  }
}

function* firstHalfTwice<T>(rows: Iterable<T>, half: number, total: number): Generator<T> {
  const kept: T[] = []
  for (const row of slice(rows, 0, half)) {
    kept.push(row)
    yield row
  }
  yield* kept.slice(0, total - half)
}
