import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { RunAccession } from '../../src/core/accession.ts'
import { skipRunRows } from '../../src/daemon/ledger/requested/skip-runs.ts'
import { cloudFaultMenu, type CloudFaultName } from '../../src/rehearsal/cloud/faults/cloud-fault-menu.ts'
import type { CloudFaultWish } from '../../src/rehearsal/cloud/faults/cloud-armory.ts'
import { CloudLife } from './cloud-life.ts'
import { ownBooks } from './own-books.ts'

/** What befalls packets and programs of real hosts says nothing where hosts are only entries; no address needs a person at the end. */
const apart = new Set<CloudFaultName>(['host', 'no-address'])

/** Lives with faults until everything has settled; what is wrong at the end. */
async function liveWith(wishes: readonly CloudFaultWish[]): Promise<string[]> {
  const life = await CloudLife.begin({ runs: 4 })
  try {
    for (const wish of wishes) life.cloud.arm(wish)
    await life.untilSettled()
    const rows = await life.ledger.read.selectFrom('deliveries').select(['id', 'state']).execute()
    const undelivered = rows.filter(({ state }) => state !== 'delivered').map(({ id, state }) => `${id} is ${state}`)
    return [...(await life.badEndings()), ...undelivered, ...(await ownBooks(life)).faults]
  } finally {
    await life.close()
  }
}

suite('A life over droplets comes to its right end, and its bill is in our books to the cent, though the cloud', () => {
  for (const { name, does } of cloudFaultMenu.filter(fault => !apart.has(fault.name))) {
    test(`once: ${name}. ${does}`, async () => {
      assert.deepEqual(await liveWith([{ fault: name }]), [])
    })
  }

  // Another sixth each day; with CRASH_SWEEP_EVERY=1 all of them.
  const every = Number(process.env['CRASH_SWEEP_EVERY'] ?? 6)
  for (const [place, { name }] of cloudFaultMenu.entries()) {
    if (apart.has(name) || (place + new Date().getUTCDate()) % every !== 0) continue
    test(`twice, after the first: ${name}`, async () => {
      assert.deepEqual(await liveWith([{ fault: name, after: 1, times: 2 }]), [])
    })
  }

  test('never tells the address of a droplet that has results: it is held, a person is asked, and only a person gives them up', async t => {
    const life = await CloudLife.begin({ runs: 4 })
    t.after(() => life.close())
    life.cloud.arm({ fault: 'no-address', after: 1 })
    for (let round = 0; round < 40; round += 1) {
      await life.round()
      await life.pass()
    }
    const needs = await life.ledger.read.selectFrom('attention').selectAll().where('resolved_at', 'is', null).execute()
    assert.deepEqual(
      needs.map(({ subject, cause }) => `${subject} ${cause}`),
      ['machine held'],
    )
    assert.match(needs[0]?.evidence ?? '', /no address/)
    assert.equal(life.cloud.world.living().length, 1)
    const owed = await life.ledger.read.selectFrom('deliveries').select('run_accession').where('state', '=', 'batched').execute()
    const runs = owed.map(row => row.run_accession as RunAccession)
    await skipRunRows(life.ledger, runs, null, {
      at: life.world.now(),
      why: 'nobody can fetch it',
      byWhom: 'person',
      taxId: null,
    })
    await life.untilSettled()
    assert.deepEqual(await life.badEndings(), [])
    assert.deepEqual((await ownBooks(life)).faults, [])
  })
})
