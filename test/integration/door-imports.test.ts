import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importHoldings } from '../../src/api/holdings.ts'
import { exportStatus } from '../../src/api/status-tsv.ts'
import { importTaxa } from '../../src/api/taxa.ts'
import { openDoorWorld } from './door-world.ts'

const plain = { priority: 0, lastCheckedOn: null, needsAttention: '', warning: '' }

test('imported taxa reach back to their last check, keep their priority, and go on needing a person', async () => {
  const world = await openDoorWorld()
  const taxa = [
    { ...plain, taxId: 624, priority: 4, lastCheckedOn: '2026-01-05', warning: 'look twice' },
    { ...plain, taxId: 623, needsAttention: 'disk full' },
    { ...plain, taxId: 12_345 },
  ]
  const ask = (dryRun: boolean) => world.client.ask(importTaxa, { body: { taxa, reach: { kind: 'all' }, dryRun } })
  assert.deepEqual(
    (await ask(true)).taxa.map(taxon => taxon.outcome),
    ['new', 'new', 'unknown'],
  )
  assert.equal((await world.ledger.read.selectFrom('taxa').selectAll().execute()).length, 0)
  assert.deepEqual(
    (await ask(false)).taxa.map(taxon => taxon.outcome),
    ['new', 'new', 'unknown'],
  )
  const rows = await world.ledger.read.selectFrom('taxa').selectAll().orderBy('tax_id').execute()
  assert.deepEqual(
    rows.map(row => [row.tax_id, row.priority, row.reach_json, row.warning]),
    [
      [623, 0, '{"kind":"all"}', ''],
      [624, 4, '{"kind":"from","firstPublicOn":"2026-01-05"}', 'look twice'],
    ],
  )
  const needs = await world.ledger.read.selectFrom('attention').select(['subject_id', 'evidence']).execute()
  assert.deepEqual(
    needs.map(need => [need.subject_id, need.evidence]),
    [['623', 'disk full']],
  )
  assert.deepEqual(
    (await ask(false)).taxa.map(taxon => taxon.outcome),
    ['known', 'known', 'unknown'],
    'again is the same as once',
  )
})

test('imported holdings count as held, once', async () => {
  const world = await openDoorWorld()
  const body = { runs: ['ERR000001', 'err000002'] }
  assert.deepEqual(await world.client.ask(importHoldings, { body }), { added: 2, known: 0 })
  assert.deepEqual(await world.client.ask(importHoldings, { body }), { added: 0, known: 2 })
  const held = await world.ledger.read
    .selectFrom('deliveries')
    .select(['run_accession', 'state'])
    .orderBy('run_accession')
    .execute()
  assert.deepEqual(
    held.map(row => [row.run_accession, row.state]),
    [
      ['ERR000001', 'held'],
      ['ERR000002', 'held'],
    ],
  )
  assert.equal(
    (
      await world.raw('/api/holdings/import', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"runs":["banana"]}',
      })
    ).status,
    400,
  )
})

test('the export is one table of every run, or of those of one taxon, and comes whole', async () => {
  const world = await openDoorWorld()
  for (const taxId of [623, 624]) await world.rows.taxon(taxId)
  // More than a page, so that the stream goes on behind it.
  for (let number = 0; number < 1200; number += 1) {
    const run = `ERR${100_000 + number}`
    await world.rows.run(run)
    await world.rows.verdict(number === 0 ? 623 : 624, run)
  }
  const lines = async (taxon?: number) => {
    let text = ''
    for await (const piece of world.client.text(exportStatus, { query: { taxon } })) text += piece
    return text.trimEnd().split('\n')
  }
  assert.equal((await lines()).length, 1201)
  const some = await lines(623)
  assert.deepEqual([some.length, some[1]?.split('\t').slice(0, 4)], [2, ['ERR100000', '623', 'Taxon 623', 'accepted']])
})
