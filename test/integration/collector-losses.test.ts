import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { Problem } from '../../src/core/problem.ts'
import { CollectorWorld } from './collector-world.ts'

const never = new AbortController().signal
const runs = ['ERR1000001', 'ERR1000002']
const done = Object.fromEntries(runs.map(run => [run, 'delivered, removed']))
const collectAndDie = fileURLToPath(new URL('collect-and-die.ts', import.meta.url))

/** All that is left to do is done, once, and nothing lies half-way. */
async function assertDone(world: CollectorWorld, when: string): Promise<void> {
  const program = await world.program({ name: 'storage' })
  // What was told before the loss is acted on between two visits.
  await world.stages()
  await program.once(never)
  await world.stages()
  await program.once(never)
  await world.stages()
  assert.deepEqual(await world.fates(), done, when)
  assert.deepEqual(
    await world.atHome(),
    runs.map(run => `d-${run}`),
    when,
  )
  assert.deepEqual([await world.machines.incoming(), await world.needs()], [[], []], when)
  assert.deepEqual((await world.ledger.read.selectFrom('receipts').select('delivery_id').execute()).length, runs.length, when)
  program.close()
}

suite('a collector whose way to the daemon is bad', () => {
  /** The request with this number (from 1) is lost: on its way there, or with its answer. */
  async function lose(number: number, where: 'there' | 'back'): Promise<{ asked: number }> {
    const world = await CollectorWorld.open()
    for (const run of runs) await world.finished(run)
    let asked = 0
    world.way = async request => {
      asked += 1
      if (asked === number && where === 'there') throw new Error('the line is dead')
      const response = await world.app.fetch(request)
      if (asked === number) throw new Error('the line is dead')
      return response
    }
    const program = await world.program({ name: 'storage' })
    const fault = await program.once(never).catch((error: unknown) => error)
    assert.ok(number > asked ? fault === undefined : fault instanceof Problem && fault.code === 'unreachable', String(fault))
    program.close()
    world.way = request => world.app.fetch(request)
    await assertDone(world, `request ${number} lost ${where}`)
    await world.close()
    return { asked }
  }

  test('brings everything home once, whichever request or answer is lost', async () => {
    const { asked } = await lose(Infinity, 'there')
    assert.ok(asked > 10, `${asked} requests`)
    for (let number = 1; number <= asked; number += 1) {
      await lose(number, 'there')
      await lose(number, 'back')
    }
  })
})

suite('a collector that is killed', () => {
  /** A program of its own that asks a daemon on loopback, killed after the first effect of this name. */
  async function dieAfter(effect: string): Promise<{ effects: string[]; signal: string | null; world: CollectorWorld }> {
    const world = await CollectorWorld.open()
    for (const run of runs) await world.finished(run)
    // The daemon's loop: a pass at a time.
    let turn = Promise.resolve()
    world.woken = () => void (turn = turn.then(() => world.stages()))
    const server = serve({ fetch: world.app.fetch, port: 0, hostname: '127.0.0.1' })
    if (!server.listening) await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const args = ['--disable-warning=ExperimentalWarning', collectAndDie, url, world.machines.library, effect]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    const [said, complaints, [, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    assert.equal(complaints, '')
    server.close()
    await turn
    return { effects: said.trim().split('\n'), signal, world }
  }

  test('after any effect leaves nothing half-stored, and the next one ends as if nothing had been', async () => {
    const whole = await dieAfter('none of these')
    assert.deepEqual([whole.signal, await whole.world.fates()], [null, done])
    await whole.world.close()
    const names = [...new Set(whole.effects)]
    for (const name of ['attempts claimed', 'transfer noted', 'receipt reported', 'transfer closed', 'removal reported']) {
      assert.ok(names.includes(`collect: ${name}`), name)
    }
    assert.ok(names.includes('collector: moved into the library'), names.join(', '))
    for (const name of names) {
      const { signal, world } = await dieAfter(name)
      assert.equal(signal, 'SIGKILL', name)
      // Whatever the library claims to have is whole, at any moment.
      for await (const { proved, runAccession } of world.machines.collector.stored()) {
        assert.deepEqual(Object.values(await world.machines.stored(proved.relativePath)), [`>${runAccession}\nACGT\n`], name)
      }
      assert.deepEqual(world.machines.warnings, [], name)
      await assertDone(world, name)
      await world.close()
    }
  })
})
