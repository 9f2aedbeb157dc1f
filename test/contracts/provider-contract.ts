import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { freeOfCharge } from '../../src/core/cost.ts'
import type { BootPlan, Created, Machine, Provider } from '../../src/daemon/providers/provider.ts'

/** A provider with what a test must be able to do behind its back. */
export interface ProviderUnderTest {
  provider: Provider
  /** A name that was never used. */
  newName(): string
  newBoot(): BootPlan
  /** Waits until a new machine runs, is listed and can be reached; only where that takes a while. */
  whenUp?(machine: Machine): Promise<void>
  /** Lets time pass before something is asked again; only where time is the test's own. */
  passTime?(): Promise<void>
  /** Ends all that runs in a machine and leaves the machine. */
  stopPrograms(machine: Machine): Promise<void>
  /** A person asks that it be left alone. */
  markKeep(machine: Machine): Promise<void>
  /** An id as this provider gives them, of no machine. */
  unknownId: string
  close(): Promise<void>
}

const mostAsks = 200

/** What must be true of every provider. */
export function providerContract(name: string, open: () => Promise<ProviderUnderTest>): void {
  suite(`the provider ${name}`, () => {
    let under: ProviderUnderTest
    before(async () => {
      under = await open()
    })
    after(() => under.close())

    async function made(machineName = under.newName(), boot = under.newBoot()): Promise<Machine> {
      const created = machineOf(await under.provider.create(machineName, boot))
      if (under.whenUp === undefined) return created
      await under.whenUp(created)
      const found = await under.provider.find(created.id)
      assert.ok(typeof found === 'object', `${machineName} is there, not ${JSON.stringify(found)}`)
      // What is said of a new machine may lack its address, and nothing else may change.
      assert.deepEqual({ ...found, status: created.status, address: created.address }, created)
      return found
    }
    async function ended(machine: Machine): Promise<void> {
      for (let asks = 0; asks < mostAsks; asks++) {
        const answer = await under.provider.destroy(machine.id)
        await under.passTime?.()
        if (answer === 'gone') return
      }
      assert.fail(`${machine.name} is still there after ${mostAsks} asks`)
    }
    async function listed(machineName: string): Promise<Machine[]> {
      return (await under.provider.list()).filter(machine => machine.name === machineName)
    }

    test('a created machine has the name we gave, runs, and is listed and found as itself', async () => {
      const machineName = under.newName()
      const machine = await made(machineName)
      assert.equal(machine.name, machineName)
      assert.equal(machine.status, 'active')
      assert.notEqual(machine.address, undefined)
      assert.equal(machine.keep, false)
      assert.deepEqual(await listed(machineName), [machine])
      assert.deepEqual(await under.provider.find(machine.id), machine)
      await ended(machine)
    })

    test('a machine carries the attempt it was made for', async () => {
      const boot = under.newBoot()
      const machine = await made(under.newName(), boot)
      assert.equal((await listed(machine.name))[0]?.attemptId, boot.attemptId)
      await ended(machine)
    })

    test('a second create of the same name makes no second machine', async () => {
      const machine = await made()
      const again = await under.provider.create(machine.name, under.newBoot())
      assert.equal(machineOf(again).id, machine.id)
      assert.equal((await listed(machine.name)).length, 1)
      await ended(machine)
    })

    test('two machines have two ids, and destroying one leaves the other running', async () => {
      const [first, second] = [await made(), await made()]
      assert.notEqual(first.id, second.id)
      await ended(first)
      assert.deepEqual(await listed(first.name), [])
      assert.equal((await listed(second.name))[0]?.status, 'active')
      await ended(second)
    })

    test('a machine in which nothing runs any more is off, and still listed', async () => {
      const machine = await made()
      await under.stopPrograms(machine)
      assert.equal((await listed(machine.name))[0]?.status, 'off')
      const found = await under.provider.find(machine.id)
      assert.equal(typeof found === 'object' && found.status, 'off')
      await ended(machine)
    })

    test('a machine that a person wants kept says so', async () => {
      const machine = await made()
      await under.markKeep(machine)
      assert.equal((await listed(machine.name))[0]?.keep, true)
      await ended(machine)
    })

    test('a destroyed machine is no longer listed nor found, and destroying it again is the same', async () => {
      const machine = await made()
      await ended(machine)
      assert.deepEqual(await listed(machine.name), [])
      assert.equal(await under.provider.find(machine.id), 'gone')
      assert.equal(await under.provider.destroy(machine.id), 'gone')
    })

    test('a machine that never was is gone', async () => {
      assert.equal(await under.provider.find(under.unknownId), 'gone')
      assert.equal(await under.provider.destroy(under.unknownId), 'gone')
    })

    test('what a machine costs is known, and is what was quoted', async () => {
      const { quote } = under.newBoot()
      const machine = await made(under.newName(), { ...under.newBoot(), quote })
      assert.deepEqual(machine.price, quote?.price ?? freeOfCharge)
      assert.equal(under.provider.quote === undefined, quote === undefined)
      await ended(machine)
    })

    test('a quote meets the need, and one that nothing meets is told', async () => {
      if (under.provider.quote === undefined) return
      const need = { memoryGb: 3, diskBytes: 30e9 }
      const quoted = await under.provider.quote(need)
      assert.ok(quoted.kind === 'quoted' && quoted.quote.memoryGb >= 3 && quoted.quote.diskBytes >= 30e9, JSON.stringify(quoted))
      assert.ok(quoted.quote.price.microdollarsPerHour > 0)
      assert.equal((await under.provider.quote({ memoryGb: 1e6, diskBytes: 1 })).kind, 'none')
    })

    test('a name that is not ours is refused by a value', async () => {
      for (const bad of ['sshd', 'mf-../../x', 'mf-', '../mf-a', 'mf-UPPER', 'mf-a b', 'mf-a\n']) {
        assert.equal((await under.provider.create(bad, under.newBoot())).kind, 'refused', bad)
      }
    })
  })
}

function machineOf(created: Created): Machine {
  assert.ok(created.kind === 'created', `created, not ${JSON.stringify(created)}`)
  return created.machine
}
