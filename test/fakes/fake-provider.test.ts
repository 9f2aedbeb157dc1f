import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { aBootPlan } from '../contracts/a-boot-plan.ts'
import { providerContract } from '../contracts/provider-contract.ts'
import { FakeProvider } from './fake-provider.ts'

const clock = () => new Date('2026-01-02T03:04:05Z')

providerContract('fake', async () => {
  const provider = new FakeProvider(clock)
  provider.destroyAsks = 2
  let made = 0
  return {
    provider,
    newName: () => `mf-${++made}`,
    newBoot: () => aBootPlan(`attempt-${++made}`),
    stopPrograms: async machine => provider.machines.get(machine.id)?.stop(),
    markKeep: async machine => {
      const fake = provider.machines.get(machine.id)
      if (fake !== undefined) fake.machine.keep = true
    },
    unknownId: 'fake-0',
    close: async () => undefined,
  }
})

suite('what the fake provider can be told', () => {
  test('a lost create is unknown, and its machine shows in the list after as many looks as told', async () => {
    const provider = new FakeProvider(clock)
    provider.nextCreates.push('lost')
    provider.listLagLooks = 2
    assert.equal((await provider.create('mf-a', aBootPlan('a'))).kind, 'unknown')
    const lengths = [(await provider.list()).length, (await provider.list()).length, (await provider.list()).length]
    assert.deepEqual(lengths, [0, 0, 1])
  })

  test('an unborn create is unknown too, and nothing ever shows', async () => {
    const provider = new FakeProvider(clock)
    provider.nextCreates.push('unborn')
    assert.equal((await provider.create('mf-a', aBootPlan('a'))).kind, 'unknown')
    assert.deepEqual(await provider.list(), [])
  })

  test('a create that is done twice leaves two machines of one attempt', async () => {
    const provider = new FakeProvider(clock)
    provider.nextCreates.push('twice')
    await provider.create('mf-a', aBootPlan('a'))
    assert.deepEqual(
      (await provider.list()).map(({ id, attemptId }) => [id, attemptId]),
      [
        ['fake-1', 'a'],
        ['fake-2', 'a'],
      ],
    )
  })

  test('refusals make nothing and are said', async () => {
    const provider = new FakeProvider(clock)
    provider.nextCreates.push('refused', 'no-capacity', 'wait')
    const kinds = []
    for (const name of ['mf-a', 'mf-b', 'mf-c']) kinds.push((await provider.create(name, aBootPlan('a'))).kind)
    assert.deepEqual(kinds, ['refused', 'no-capacity', 'wait'])
    assert.deepEqual(provider.alive(), [])
  })

  test('a vanished machine is gone, and may reappear', async () => {
    const provider = new FakeProvider(clock)
    await provider.create('mf-a', aBootPlan('a'))
    provider.vanish('fake-1')
    assert.equal(await provider.find('fake-1'), 'gone')
    provider.reappear('fake-1')
    assert.equal((await provider.list()).length, 1)
  })

  test('while it is down nothing can be asked', async () => {
    const provider = new FakeProvider(clock)
    provider.isDown = true
    await assert.rejects(provider.list(), { code: 'unreachable' })
    await assert.rejects(provider.destroy('fake-1'), { code: 'unreachable' })
    assert.equal((await provider.create('mf-a', aBootPlan('a'))).kind, 'unknown')
  })
})
