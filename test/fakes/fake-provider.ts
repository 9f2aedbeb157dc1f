import { freeOfCharge, type Price } from '../../src/core/cost.ts'
import type { Clock } from '../../src/core/clock.ts'
import { Problem } from '../../src/core/problem.ts'
import { noEffectPoint, type EffectPoint } from '../../src/core/effect-point.ts'
import type { BootPlan, Created, Machine, Provider } from '../../src/daemon/providers/provider.ts'
import { FakeMachine } from './fake-machine.ts'

/**
 * What becomes of a create. `lost`: the machine is made, the answer is not heard · `unborn`: neither ·
 * `twice`: two machines of one name are made, as a repeated request does it.
 */
export type FakeCreate = 'created' | 'lost' | 'unborn' | 'twice' | 'refused' | 'no-capacity' | 'wait'

const namePattern = /^mf-[a-z0-9-]+$/

/** A provider in memory that can be told to lag, to lie low, to lose answers and machines. Nothing in it waits for a clock. */
export class FakeProvider implements Provider {
  readonly name = 'fake'
  readonly reachedBy = 'folder'
  /** Every machine ever made, by id; gone ones too. */
  readonly machines = new Map<string, FakeMachine>()
  /** What the next creates become, first come first; when empty: `created`. */
  readonly nextCreates: FakeCreate[] = []
  /** New machines hide from so many looks at the list. */
  listLagLooks = 0
  /** Destroys of new machines are answered `going` so many times. */
  destroyAsks = 0
  /** While true, nothing can be asked: `list`, `find` and `destroy` throw, a create is unknown and makes nothing. */
  isDown = false
  price: Price = freeOfCharge
  readonly calls = { create: 0, list: 0, find: 0, destroy: 0 }
  readonly #clock: Clock
  readonly #effect: EffectPoint
  readonly #namesUsed = new Set<string>()

  constructor(clock: Clock, effect: EffectPoint = noEffectPoint) {
    this.#clock = clock
    this.#effect = effect
  }

  async create(name: string, boot: BootPlan): Promise<Created> {
    this.calls.create++
    if (!namePattern.test(name)) return { kind: 'refused', why: `machines are not named so here: ${JSON.stringify(name)}` }
    const again = this.#again(name)
    if (again !== undefined) return again
    return this.#become(this.isDown ? 'unborn' : (this.nextCreates.shift() ?? 'created'), name, boot)
  }

  async list(): Promise<Machine[]> {
    this.calls.list++
    this.#requireUp()
    const shown = this.alive().filter(fake => fake.hiddenLooks === 0)
    for (const fake of this.alive()) fake.hiddenLooks = Math.max(0, fake.hiddenLooks - 1)
    return shown.map(({ machine }) => ({ ...machine }))
  }

  async find(machineId: string): Promise<Machine | 'gone' | 'unknown'> {
    this.calls.find++
    this.#requireUp()
    const fake = this.machines.get(machineId)
    if (fake === undefined || fake.state === 'gone') return 'gone'
    return fake.hiddenLooks > 0 ? 'unknown' : { ...fake.machine }
  }

  async destroy(machineId: string): Promise<'going' | 'gone'> {
    this.calls.destroy++
    this.#requireUp()
    const fake = this.machines.get(machineId)
    if (fake === undefined || fake.state === 'gone') return 'gone'
    fake.state = fake.destroyAsks > 0 ? 'going' : 'gone'
    fake.destroyAsks = Math.max(0, fake.destroyAsks - 1)
    this.#effect('fake provider: destroy asked')
    return fake.state
  }

  /** Machines that the provider still has, listed yet or not. */
  alive(): FakeMachine[] {
    return [...this.machines.values()].filter(fake => fake.state !== 'gone')
  }

  /** The machine at an address; undefined when it is gone. */
  machineAt(address: string): FakeMachine | undefined {
    return this.alive().find(({ machine }) => machine.address === address)
  }

  /** A machine is lost without anybody having asked. */
  vanish(machineId: string): void {
    const fake = this.machines.get(machineId)
    if (fake !== undefined) fake.state = 'gone'
  }

  /** A machine that was said to be gone is there after all. */
  reappear(machineId: string): void {
    const fake = this.machines.get(machineId)
    if (fake !== undefined) fake.state = 'there'
  }

  #again(name: string): Created | undefined {
    if (!this.#namesUsed.has(name)) return undefined
    const before = this.alive().find(({ machine, hiddenLooks }) => machine.name === name && hiddenLooks === 0)
    if (before !== undefined) return { kind: 'created', machine: { ...before.machine } }
    return { kind: 'unknown', why: 'a create of this name was asked for before' }
  }

  #become(outcome: FakeCreate, name: string, boot: BootPlan): Created {
    if (outcome === 'refused' || outcome === 'no-capacity' || outcome === 'wait')
      return { kind: outcome, why: `told to answer ${outcome}` }
    if (outcome === 'unborn') return { kind: 'unknown', why: 'the request was lost' }
    const { machine } = this.#make(name, boot)
    if (outcome === 'twice') this.#make(name, boot)
    this.#effect('fake provider: machine made')
    return outcome === 'lost' ? { kind: 'unknown', why: 'the answer was lost' } : { kind: 'created', machine: { ...machine } }
  }

  #make(name: string, boot: BootPlan): FakeMachine {
    this.#namesUsed.add(name)
    const id = `fake-${this.machines.size + 1}`
    const { attemptId } = boot
    const { price } = this
    const machine: Machine = {
      id,
      name,
      attemptId,
      status: 'active',
      address: `/${id}`,
      createdAt: this.#clock(),
      keep: false,
      price,
    }
    const fake = new FakeMachine(machine, boot)
    fake.hiddenLooks = this.listLagLooks
    fake.destroyAsks = this.destroyAsks
    this.machines.set(id, fake)
    return fake
  }

  #requireUp(): void {
    if (this.isDown) throw new Problem('unreachable', 'the provider does not answer')
  }
}
