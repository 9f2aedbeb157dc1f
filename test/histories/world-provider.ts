import { Problem } from '../../src/core/problem.ts'
import type { BootPlan, Created, Machine, Provider } from '../../src/daemon/providers/provider.ts'
import type { SimMachine, World } from './world.ts'

/** A cloud that loses answers, lags, doubles, refuses, and forgets to delete. */
export function worldProvider(world: World): Provider {
  return {
    reachedBy: 'folder',
    name: 'simulated',
    create: (name, boot) => Promise.resolve(create(world, name, boot)),
    list: async () => {
      if (world.chance.happens(world.faults.listFails)) throw new Problem('unreachable', 'the provider answers 503')
      return [...world.machines.values()].filter(machine => machine.listedFromMs <= world.nowMs).map(toMachine)
    },
    find: async machineId => {
      if (world.chance.happens(world.faults.listFails)) return 'unknown'
      const machine = world.machines.get(machineId)
      return machine === undefined ? 'gone' : toMachine(machine)
    },
    destroy: machineId => Promise.resolve(destroy(world, machineId)),
  }
}

function create(world: World, name: string, boot: BootPlan): Created {
  const { chance, faults } = world
  if (chance.happens(faults.createRefused)) return { kind: 'no-capacity', why: 'none left' }
  if (chance.happens(faults.createNoEffect)) return { kind: 'unknown', why: 'timeout' }
  const machine = world.makeMachine(name, boot.attemptId, boot.assignment)
  // A layer below sent the request again: two machines carry one name and one tag.
  if (chance.happens(faults.createDoubled)) world.makeMachine(name, boot.attemptId, boot.assignment)
  if (chance.happens(faults.createLost)) return { kind: 'unknown', why: 'the answer was cut' }
  return { kind: 'created', machine: toMachine(machine) }
}

function destroy(world: World, machineId: string): 'going' | 'gone' {
  const machine = world.machines.get(machineId)
  if (machine === undefined) return 'gone'
  if (machine.deletesLeft === 0 && world.chance.happens(world.faults.destroyStays))
    machine.deletesLeft = 1 + world.chance.below(3)
  if (machine.deletesLeft > 0) {
    machine.deletesLeft -= 1
    return 'going'
  }
  world.machines.delete(machineId)
  world.gone.set(machineId, machine)
  return 'gone'
}

function toMachine(machine: SimMachine): Machine {
  return {
    id: machine.id,
    name: machine.name,
    attemptId: machine.attemptId,
    status: machine.agent === 'dead' ? 'off' : 'active',
    address: machine.address,
    createdAt: new Date(machine.createdAtMs),
    keep: false,
    price: { microdollarsPerHour: 36_000, minimumSeconds: 60, minimumMicrodollars: 10_000 },
  }
}
