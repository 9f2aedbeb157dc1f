import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLedgerCsv } from './read-ledger-csv.ts'
import { readHoldings } from './read-holdings.ts'

const header = 'taxonomy_id,last_checked,droplet_ips,last_run_status,needs_attention,stage,stage_name,priority,generated_warning'

test('an existing ledger file is read', () => {
  const { rows, problems } = readLedgerCsv(
    `${header}\n562,2026-01-05T10:00:00Z,1.2.3.4,complete,,8,complete,5,\n1773,,,,"disk, full",0,new,,old\n`,
    'x',
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(rows, [
    { line: 2, taxId: 562, priority: 5, lastCheckedOn: '2026-01-05', needsAttention: '', warning: '' },
    { line: 3, taxId: 1773, priority: 0, lastCheckedOn: undefined, needsAttention: 'disk, full', warning: 'old' },
  ])
})

test('the original spells a column generated_waring, and a table program may have written 562.0', () => {
  const { rows } = readLedgerCsv('priority,taxonomy_id,generated_waring\n1.0,562.0,low yield\n', 'x')
  assert.deepEqual([rows[0]?.taxId, rows[0]?.priority, rows[0]?.warning], [562, 1, 'low yield'])
})

test('what cannot be taken is told with its line, and the rest is taken', () => {
  const { rows, problems } = readLedgerCsv(
    'taxonomy_id,last_checked,priority\n562,,\nabc,,\n562,,\n563,yesterday,\n564,,high\n565,2026-02-31x,\n566,2026-02-28,\n567,,5000\n',
    'x',
  )
  assert.deepEqual(
    rows.map(row => row.taxId),
    [562, 566],
  )
  assert.deepEqual(problems, [
    { line: 3, what: '"abc" is not a tax id' },
    { line: 4, what: 'tax id 562 stands there twice' },
    { line: 5, what: '"yesterday" is not a day' },
    { line: 6, what: '"high" is not a priority: that is a whole number from -1000 to 1000' },
    { line: 7, what: '"2026-02-31x" is not a day' },
    { line: 9, what: '"5000" is not a priority: that is a whole number from -1000 to 1000' },
  ])
})

test('a file without tax ids is refused', () => {
  for (const text of ['a,b\n1,2\n', ''])
    assert.throws(() => readLedgerCsv(text, 'old.csv'), {
      code: 'bad-input',
      message: 'old.csv is no microfetch.csv: line 1 has no column taxonomy_id',
    })
})

test('a list of holdings is read: one accession a line, in whatever table', () => {
  const { runs, problems } = readHoldings(
    'run_accession\nERR1000001\n# mine\n srr1000002,x\n"DRR1000003"\tz\n\nERR1000001\nSAMEA123\n',
  )
  assert.deepEqual(runs, ['ERR1000001', 'SRR1000002', 'DRR1000003'])
  assert.deepEqual(problems, [{ line: 8, what: '"SAMEA123" is not a run accession' }])
})
