import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDraw, pick } from '../../seeded-chance.ts'
import { usualSettings } from '../cloud-settings.ts'
import { cloudFaultMenu } from '../faults/cloud-fault-menu.ts'
import { Refusal } from '../refusal.ts'
import { billOf } from './bill.ts'
import { CloudWorld } from './cloud-world.ts'

/** A world, its clock, and the droplets whose hosts are on. */
function openWorld(seed: number) {
  const hostsOn = new Set<number>()
  let nowMs = Date.parse('2026-08-20T12:00:00Z')
  const world = new CloudWorld(
    { ...usualSettings, seed, dropletLimit: 60 },
    () => new Date(nowMs),
    order => {
      if (order.kind === 'boot') hostsOn.add(order.dropletId)
      if (order.kind === 'end') hostsOn.delete(order.dropletId)
    },
  )
  const pass = (seconds: number) => {
    nowMs += seconds * 1000
    world.settle()
  }
  return { world, hostsOn, pass }
}

type OpenWorld = ReturnType<typeof openWorld>

/** Tries something that may be refused. */
function attempt(act: () => unknown): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

function someStep({ world, pass }: OpenWorld, draw: () => number): void {
  const living = world.living()
  const some = living.length === 0 ? 0 : pick(living, draw()).id
  const [size, region, image] = [pick(world.sizes, draw()), pick(world.regions, draw()), pick(world.images, draw())]
  const rest = { userData: '', sshKeys: [], tags: ['mf'], vpcUuid: region.vpcUuid, features: [], isPrivateOnly: false }
  const names = Array.from({ length: 1 + Math.floor(draw() * 3) }, () => `mf-${Math.floor(draw() * 10)}`)
  const steps = [
    () => world.create({ names, size, region, image, ...rest }),
    () => world.destroy(some),
    () => world.switchOff(some, draw() < 0.5 ? 'shutdown' : 'power_off'),
    () => world.noteOff(some),
    () => world.listed(),
    () => world.arm({ fault: pick(cloudFaultMenu, draw()).name, match: { name: pick(names, draw()) }, seconds: draw() * 500 }),
    () => world.faults.disarm(),
    () => pass(draw() * 200),
  ]
  attempt(pick(steps, draw()))
}

function checkAlways({ world, hostsOn }: OpenWorld): void {
  const living = world.living()
  const addresses = living.flatMap(({ publicAddress, privateAddress }) => [publicAddress, privateAddress])
  assert.equal(new Set(addresses).size, addresses.length, 'no address twice')
  const ids = new Set(living.map(({ id }) => id))
  assert.deepEqual(
    [...hostsOn].filter(id => !ids.has(id)),
    [],
    'no host of a droplet that is gone',
  )
}

test('whatever is asked and goes wrong: no address twice, no host left, no bill that shrinks, and all can be ended', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const open = openWorld(seed)
    const draw = makeDraw(seed)
    let charged = 0n
    for (let step = 0; step < 150; step++) {
      someStep(open, draw)
      checkAlways(open)
      const { parts } = billOf(open.world.all(), open.world.nowMs())
      assert.ok(parts >= charged, `the bill of seed ${seed} shrank`)
      charged = parts
    }
    open.world.faults.disarm()
    // The longest that any of the faults lasts has passed.
    open.pass(4000)
    for (const { id } of open.world.living()) open.world.destroy(id)
    open.pass(60)
    assert.deepEqual([open.world.living(), [...open.hostsOn], open.world.listed()], [[], [], []], `seed ${seed}`)
  }
})
