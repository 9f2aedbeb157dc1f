import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { addedRows } from '../../../test/integration/door-rows.ts'
import { noEffectPoint } from '../../core/effect-point.ts'
import { makeLedger, type Ledger } from './ledger.ts'
import { migrate } from './migrate.ts'
import { openNodeSqlite } from './node-sqlite.ts'
import { activeTaxa, isSomethingWanted, wantedDeliveries } from './wanted-deliveries.ts'

const now = new Date('2026-03-10T12:00:00.000Z')
const paused = 561
const first = 562
const second = 624
const third = 623
/** What each active taxon has room for. */
type Rooms = Partial<Record<number, number>>

let ledger: Ledger
let rows: ReturnType<typeof addedRows>
let statements: string[]
let count = 0

/** A paused taxon and three active ones, each of its own priority. */
beforeEach(async () => {
  const db = openNodeSqlite(':memory:')
  migrate(db, { backupBeside: undefined })
  statements = []
  const listening = { ...db, prepare: (statement: string) => (statements.push(statement), db.prepare(statement)) }
  ledger = makeLedger(':memory:', listening, listening, noEffectPoint)
  rows = addedRows(ledger, now)
  count = 0
  await rows.taxon(paused, { paused: 1, priority: 9 })
  await rows.taxon(first, { priority: 2 })
  await rows.taxon(second, { priority: 1 })
  await rows.taxon(third, { priority: 0 })
})
afterEach(() => ledger.close())

/** A run that is charged to one taxon, and that these accept; wanted later than those before it. */
async function wanted(chargedTaxId: number, ...accepting: number[]): Promise<string> {
  count += 1
  const run = `ERR${String(count).padStart(6, '0')}`
  const id = `d${String(count).padStart(3, '0')}`
  await rows.run(run)
  await rows.delivery(id, run, { charged_tax_id: chargedTaxId, wanted_at: new Date(now.getTime() + count * 1000).toISOString() })
  for (const taxId of new Set([chargedTaxId, ...accepting])) await rows.verdict(taxId, run, { delivery_id: id })
  return id
}

async function found(rooms: Rooms = {}, atMost = 100): Promise<string[]> {
  const roomOf = (taxId: number) => rooms[taxId] ?? Infinity
  return (await wantedDeliveries(ledger.read, await activeTaxa(ledger.read), roomOf, atMost)).map(({ id }) => id)
}

/** How often the backlog of somebody was gone through. */
function questions(): number {
  return statements.filter(statement => statement.includes('order by "d"."wanted_at"')).length
}

test('the backlog of a paused taxon that shares nothing is gone through once, however many priorities the active ones have', async () => {
  for (let more = 0; more < 5; more += 1) await wanted(paused)
  statements = []
  assert.deepEqual([await found(), questions()], [[], 1])
  statements = []
  assert.deepEqual([await isSomethingWanted(ledger.read, () => Infinity), questions()], [false, 1])
})

test('and not at all when there is enough that the active taxa are to pay for themselves', async () => {
  await wanted(paused, first)
  const own = await wanted(third)
  statements = []
  assert.deepEqual([await found({}, 1), questions()], [['d001'], 1], 'what has the higher priority comes first all the same')
  statements = []
  assert.deepEqual([await isSomethingWanted(ledger.read, () => Infinity), questions()], [true, 1])
  const ofFirst = await wanted(first)
  statements = []
  assert.deepEqual([await found({}, 1), questions()], [[ofFirst], 1])
  assert.deepEqual(await found(), [ofFirst, 'd001', own])
})

test('what is charged to a paused taxon comes by the priority of those that accept it, the oldest first, before what is less urgent', async () => {
  const ofThird = await wanted(paused, third)
  const ofSecond = [await wanted(paused, second), await wanted(paused, second, third)]
  const ofFirst = await wanted(paused, second, first)
  const own = await wanted(second)
  await wanted(paused)
  assert.deepEqual(await found(), [ofFirst, own, ...ofSecond, ofThird])
  assert.deepEqual(await found({}, 3), [ofFirst, own, ofSecond[0]])
})

test('a taxon without room for more keeps nobody else from being seen in the backlog that they share', async () => {
  const ofFirst = []
  for (let more = 0; more < 4; more += 1) ofFirst.push(await wanted(paused, first))
  const ofThird = [await wanted(paused, third), await wanted(paused, third)]
  assert.deepEqual(await found({ [first]: 1 }), [ofFirst[0], ...ofThird])
  assert.deepEqual(await found({ [first]: 1 }, 2), [ofFirst[0], ofThird[0]])
  assert.deepEqual(await found({ [first]: 0 }, 2), ofThird)
  assert.deepEqual(await found({ [first]: 3, [third]: 1 }, 4), [...ofFirst.slice(0, 3), ofThird[0]])
})

test('what an active taxon is to pay for and has no room for goes to another one', async () => {
  const shared = [await wanted(first, second), await wanted(first, second), await wanted(first)]
  assert.deepEqual(await found({ [first]: 1 }), shared.slice(0, 2))
  assert.deepEqual(await found({ [first]: 0 }), shared.slice(0, 2))
  assert.deepEqual(await found(), shared)
})
