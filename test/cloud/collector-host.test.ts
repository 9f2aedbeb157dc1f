import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../src/daemon/config.ts'
import { openDaemon } from '../../src/daemon/main.ts'
import { makeHostKey } from '../../src/daemon/providers/boot/make-host-key.ts'
import { addHost, type AddedHost } from '../../src/rehearsal/cloud/namespaces/add-host.ts'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { addressAt, usualNetworks } from '../../src/rehearsal/cloud/network.ts'
import { faultsOf } from '../chaos/faults-of-home.ts'
import { type DropletRig, openDropletRig } from './droplet-rig.ts'
import { readBooks } from './read-books.ts'

const silent = { say: () => undefined, warn: () => undefined }
const project = fileURLToPath(new URL('../..', import.meta.url))
const storage = {
  publicAddress: addressAt(usualNetworks.public, 60_000),
  privateAddress: addressAt(usualNetworks.private, 60_000),
}
const token = 'c'.repeat(64)

/** Whether anything answers there. */
async function answers(address: string, port: number): Promise<boolean> {
  const socket = connect({ host: address, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** From within the first droplet that runs; its exit status is 0 when the storage host let it in. */
async function knockFromDroplet({ cloud }: DropletRig): Promise<{ address: string; code: number | null }> {
  for (;;) {
    const droplet = cloud.world.living().find(({ id }) => cloud.hosts.machineOf(id)?.isUp() === true)
    const machine = droplet === undefined ? undefined : cloud.hosts.machineOf(droplet.id)
    if (droplet !== undefined && machine !== undefined) {
      const knock = machine.enter(['bash', '-c', `exec 3<>/dev/tcp/${storage.publicAddress}/22`])
      const [code] = (await once(knock, 'close')) as [number | null]
      return { address: droplet.publicAddress ?? '', code }
    }
    await sleep(50)
  }
}

async function openStorage(rig: DropletRig, folder: string): Promise<AddedHost> {
  return addHost(rig.cloud.hub, {
    hostname: 'storage',
    ...storage,
    seen: [project, dirname(process.execPath)],
    shared: [{ outside: folder, inside: '/srv' }],
  })
}

testsInOwnNetwork(import.meta.url, 'a collector on a host of its own', { cloudInit: 'light' }, () => {
  test('it brings all home while every connection to it is refused and counted', async t => {
    const key = makeHostKey('collector')
    const sections = [
      '[collector]',
      'name = "remote"',
      `token_hash = "${createHash('sha256').update(token).digest('hex')}"`,
      `public_key = "${key.publicKey}"`,
    ].join('\n')
    const rig = await openDropletRig({ runs: 4, sections })
    t.after(() => rig.close())
    const folder = join(rig.home, 'storage')
    mkdirSync(folder)
    symlinkSync('storage/library', join(rig.home, 'library'))
    writeFileSync(join(folder, 'key'), key.privateKey, { mode: 0o600 })
    writeFileSync(join(folder, 'token'), token, { mode: 0o600 })
    const host = await openStorage(rig, folder)
    t.after(() => host.end())
    const daemon = await openDaemon(await readConfig({ home: rig.home }), { version: 'test', command: 'test', log: silent })
    const collecting = host.start([
      process.execPath,
      join(project, 'src/cli/main.ts'),
      ...['--server', rig.doorUrl, 'collect', '--library', '/srv/library', '--identity', '/srv/key'],
      ...['--token-file', '/srv/token', '--every', '1s'],
    ])
    let said = ''
    for (const stream of [collecting.stdout, collecting.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()))
    // Nothing is made for a collector that nobody has heard of.
    while ((await daemon.ledger.read.selectFrom('collectors').select('name').execute()).length === 0) {
      assert.equal(collecting.exitCode, null, said)
      await sleep(100)
    }
    const done = daemon.runUntilIdle(AbortSignal.timeout(300_000))
    const knock = await Promise.race([knockFromDroplet(rig), done.then(() => undefined)])
    assert.ok(knock !== undefined, `no droplet was ever there: ${said}`)
    const isOpen = await answers(storage.publicAddress, 22)
    await done
    await daemon.close()
    const refused = await host.refused()
    host.signal(collecting, 'SIGTERM')
    assert.deepEqual([...(await faultsOf(rig.home, rig.expected)), ...readBooks(rig.home, rig.cloud)], [], said)
    assert.deepEqual(rig.cloud.world.living(), [])
    assert.equal(isOpen, false)
    assert.notEqual(knock.code, 0)
    assert.deepEqual(
      new Map([...refused].filter(([address]) => address === knock.address || address === rig.cloud.hub.publicAddress)),
      new Map([
        [knock.address, 1],
        [rig.cloud.hub.publicAddress, 1],
      ]),
      'the two that knocked, once each, and nobody else ever did',
    )
    assert.equal(refused.size, 2)
  })
})
