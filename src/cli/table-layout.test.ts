import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Column } from './print-table.ts'
import { layTable } from './table-layout.ts'

type Row = Record<string, string>

function aColumn(name: string, how: Omit<Column<Row>, 'name' | 'value'> = {}): Column<Row> {
  return { name, value: row => row[name] ?? '', ...how }
}

function lay(columns: readonly Column<Row>[], cells: string[][], width: number) {
  const { shown, widths, dropped } = layTable(columns, cells, width)
  return { shown: shown.map(column => column.name), widths: [...widths], dropped: dropped.map(column => column.name) }
}

const taxa = [
  aColumn('name', { least: 20 }),
  aColumn('wanted', { right: true }),
  aColumn('failed', { right: true }),
  aColumn('excluded', { right: true, spare: 2 }),
  aColumn('checked', { spare: 1 }),
]
const long = 'Shigella flexneri'

test('a table that fits whole shows zeros too, and of what is empty nothing', () => {
  const told = lay(taxa, [[long, '0', '', '7', 'now']], 80)
  assert.deepEqual(told, { shown: ['name', 'wanted', 'excluded', 'checked'], widths: [17, 6, 8, 7], dropped: [] })
})

test('zeros go before anything that says something, and no more of them than must', () => {
  const cells = [[long, '0', '0', '7', 'now']]
  assert.deepEqual(lay(taxa, cells, 46).dropped, ['failed'])
  assert.deepEqual(lay(taxa, cells, 40).dropped, ['failed', 'wanted'])
  assert.deepEqual(lay(taxa, [...cells, [long, '1', '0', '7', 'now']], 46).dropped, ['failed'])
})

test('what is spare goes next, the highest first, and a name is whole as long as that helps', () => {
  const cells = [[long, '3', '4', '7', 'now']]
  assert.deepEqual(lay(taxa, cells, 44), {
    shown: ['name', 'wanted', 'failed', 'checked'],
    widths: [17, 6, 6, 7],
    dropped: ['excluded'],
  })
  assert.deepEqual(lay(taxa, cells, 34).dropped, ['excluded', 'checked'])
})

test('words are cut last, the widest first, and never below what they ask for while another can give', () => {
  const columns = [aColumn('code', { whole: true }), aColumn('detail', { least: 10 }), aColumn('note')]
  const cells = [['META_LAYOUT', 'd'.repeat(60), 'n'.repeat(20)]]
  assert.deepEqual(lay(columns, cells, 60).widths, [11, 25, 20])
  assert.deepEqual(lay(columns, cells, 34).widths, [11, 10, 9])
  assert.deepEqual(lay(columns, cells, 20).widths, [11, 8, 8])
})
