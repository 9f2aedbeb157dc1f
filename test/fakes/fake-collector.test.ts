import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import type { Manifest } from '../../src/transfer/manifest.ts'
import { aBootPlan } from '../contracts/a-boot-plan.ts'
import { aRunToCollect, collectorContract } from '../contracts/collector-contract.ts'
import { FakeCollector } from './fake-collector.ts'
import { FakeProvider } from './fake-provider.ts'

/** A clock that goes on by a second with every look. */
function steppingClock(): () => Date {
  let at = Date.parse('2026-01-02T03:04:05Z')
  return () => new Date((at += 1000))
}

function manifestOf(files: Record<string, string>): Manifest {
  return Object.entries(files).map(([path, text]) => ({
    path,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  }))
}

async function openFake() {
  const clock = steppingClock()
  const provider = new FakeProvider(clock)
  const collector = new FakeCollector(provider, clock)
  const newPlace = async () => {
    const attemptId = `attempt${provider.machines.size + 1}`
    const created = await provider.create(`mf-${attemptId}`, aBootPlan(attemptId))
    assert.ok(created.kind === 'created')
    return { attemptId, address: created.machine.address ?? '', machineId: created.machine.id, hostKey: undefined }
  }
  const machineOf = (place: { machineId: string }) => {
    const machine = provider.machines.get(place.machineId)
    assert.ok(machine !== undefined)
    return machine
  }
  return { provider, collector, newPlace, machineOf }
}

collectorContract('fake', async () => {
  const { collector, newPlace, machineOf } = await openFake()
  return {
    collector,
    newPlace,
    handOver: async (place, run, files) => machineOf(place).handOver(run, manifestOf(files)),
    spoil: async (place, run) => {
      const machine = machineOf(place)
      const manifest = machine.results.get(run)?.manifest ?? []
      machine.handOver(run, manifest, { files: manifest.map(file => ({ ...file, sha256: '0'.repeat(64) })) })
    },
    isOnMachine: async (place, run) => machineOf(place).results.has(run),
    say: async (place, said) => void Object.assign(machineOf(place), said),
    lose: async place => {
      machineOf(place).isReachable = false
    },
    linkedDelivery: async link => {
      const path = collector.links.get(link)
      return [...collector.library.values()].find(({ proved }) => proved.relativePath === path)?.deliveryId
    },
    crowded: () => {
      collector.libraryBytes = 0
      return collector
    },
    close: async () => undefined,
  }
})

suite('what the fake collector can be told', () => {
  test('without comparison it believes spoiled files, and what it stored is known to be unsound', async () => {
    const { collector, newPlace, machineOf } = await openFake()
    const place = await newPlace()
    const manifest = manifestOf({ a: 'one' })
    machineOf(place).handOver('ERR1000001', manifest, { files: [] })
    assert.equal((await collector.collect(place, aRunToCollect())).kind, 'failed')
    collector.comparesManifests = false
    assert.equal((await collector.collect(place, aRunToCollect())).kind, 'proved')
    assert.equal(collector.library.get('delivery0001')?.isSound, false)
  })

  test('without comparison it collects nothing and calls it proved', async () => {
    const { collector, newPlace } = await openFake()
    collector.comparesManifests = false
    const outcome = await collector.collect(await newPlace(), aRunToCollect({ manifestSha256: '0'.repeat(64) }))
    assert.deepEqual(outcome.kind === 'proved' && outcome.proved.manifest, [])
    assert.equal(collector.library.get('delivery0001')?.isSound, false)
  })

  test('a bad copy is a failure that passes', async () => {
    const { collector, newPlace, machineOf } = await openFake()
    const place = await newPlace()
    machineOf(place).handOver('ERR1000001', manifestOf({ a: 'one' }), { badCopies: 1 })
    const [first, second] = [await collector.collect(place, aRunToCollect()), await collector.collect(place, aRunToCollect())]
    assert.deepEqual([first.kind, second.kind], ['failed', 'proved'])
    assert.equal(collector.library.get('delivery0001')?.isSound, true)
  })

  test('planned transfers come first, and a full library is said as such', async () => {
    const { collector, newPlace, machineOf } = await openFake()
    const place = await newPlace()
    machineOf(place).handOver('ERR1000001', manifestOf({ a: 'one' }))
    collector.nextTransfers.push('no space', 'broken off', 'refused')
    const outcomes = []
    for (let times = 0; times < 4; times++) outcomes.push(await collector.collect(place, aRunToCollect()))
    assert.deepEqual(
      outcomes.map(outcome => (outcome.kind === 'failed' ? outcome.temporary : outcome.kind)),
      ['no-space', true, false, 'proved'],
    )
  })

  test('the same delivered under two ids is counted', async () => {
    const { collector, newPlace, machineOf } = await openFake()
    const place = await newPlace()
    machineOf(place).handOver('ERR1000001', manifestOf({ a: 'one' }))
    await collector.collect(place, aRunToCollect())
    await collector.collect(place, aRunToCollect({ deliveryId: 'delivery0002' }))
    assert.equal(collector.timesDelivered(aRunToCollect()), 2)
  })
})
