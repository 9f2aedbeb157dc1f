import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DropletSpec } from './droplet-hosts.ts'
import { HostRunner } from './host-runner.ts'
import { noHosts } from './no-hosts.ts'
import { openCloud } from './open-cloud.ts'
import { openTestCloud } from './open-test-cloud.ts'

const specOf = (id: number, publicAddress: string): DropletSpec => ({
  ...{
    id,
    name: `mf-${id}`,
    region: 'fra1',
    publicAddress,
    privateAddress: `10.106.0.${id}`,
    memoryMb: 1024,
    vcpus: 1,
    diskGb: 25,
  },
  ...{ userData: '', sshKeys: [], tags: [] },
})

/** A promise with its key. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => (open = resolve))
  return { opened, open }
}

test('what is ordered for one droplet happens in order, and no boot waits for another droplet', async () => {
  const told: string[] = []
  const first = gate()
  const runner = new HostRunner(
    noHosts({
      async onBoot({ id }) {
        if (id === 1) await first.opened
        told.push(`boot ${id}`)
      },
      onEnd: ({ id }) => void told.push(`end ${id}`),
    }),
  )
  runner.take({ kind: 'boot', dropletId: 1, spec: specOf(1, '198.18.0.40') })
  runner.take({ kind: 'end', dropletId: 1 })
  runner.take({ kind: 'boot', dropletId: 2, spec: specOf(2, '198.18.0.41') })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(told, ['boot 2'])
  first.open()
  await runner.idle()
  assert.deepEqual(told, ['boot 2', 'boot 1', 'end 1'])
})

test('a droplet with the address of another boots when the other has ended', async () => {
  const told: string[] = []
  const slowEnd = gate()
  const runner = new HostRunner(
    noHosts({
      onBoot: ({ id }) => void told.push(`boot ${id}`),
      async onEnd({ id }) {
        await slowEnd.opened
        told.push(`end ${id}`)
      },
    }),
  )
  runner.take({ kind: 'boot', dropletId: 1, spec: specOf(1, '198.18.0.40') })
  runner.take({ kind: 'end', dropletId: 1 })
  runner.take({ kind: 'boot', dropletId: 2, spec: specOf(2, '198.18.0.40') })
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(told, ['boot 1'])
  slowEnd.open()
  await runner.idle()
  assert.deepEqual(told, ['boot 1', 'end 1', 'boot 2'])
})

test('a boot that fails leaves an active droplet in which nothing runs, and is told', async t => {
  const hosts = noHosts({
    onBoot: () => {
      throw new Error('no room')
    },
  })
  const cloud = await openTestCloud(t, { hosts })
  const id = await cloud.born()
  await cloud.pass(120)
  assert.deepEqual(cloud.troubles, [{ order: 'boot', dropletId: id, why: 'no room' }])
  assert.deepEqual(hosts.on(), [])
  assert.equal(cloud.world.look(id)?.status, 'active')
})

test('a cloud on the clock of this machine boots and ends droplets by itself, and ends the rest when it closes', async () => {
  const booted = gate()
  const ended = gate()
  const hosts = noHosts({ onBoot: booted.open, onEnd: ended.open })
  const now = [0, 0] as const
  const cloud = await openCloud({ hosts: () => hosts, tickMs: 5, boot: now, destroy: now })
  const ask = (method: string, path: string, body?: unknown) =>
    fetch(`${cloud.url}/v2/${path}`, {
      method,
      headers: { authorization: 'Bearer dop_v1_rehearsal' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const created = await ask('POST', 'droplets', { names: ['a', 'b'], size: 'c-2', image: 'debian-12-x64', region: 'fra1' })
  const { droplets } = (await created.json()) as { droplets: { id: number }[] }
  await booted.opened
  await ask('DELETE', `droplets/${droplets[0]?.id}`)
  await ended.opened
  await cloud.settle()
  assert.deepEqual(
    hosts.on().map(({ name }) => name),
    ['b'],
  )
  await cloud.close()
  assert.deepEqual(hosts.on(), [])
})

test('hosts can tell that a droplet has switched itself off', async t => {
  let switchOff: (dropletId: number) => void = () => assert.fail('no hosts were made')
  const cloud = await openTestCloud(t, {
    hosts: needs => {
      switchOff = needs.noteOff
      return noHosts()
    },
  })
  const id = await cloud.born()
  await cloud.pass(120)
  switchOff(id)
  assert.equal(cloud.world.look(id)?.status, 'off')
})
