import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { DropletSpec } from '../droplet-hosts.ts'
import { addressAt, usualNetworks } from '../network.ts'
import { addHost, type AddedHost } from './add-host.ts'
import { quoteWord } from './quote-word.ts'
import { tryCommand } from './run-command.ts'
import { smallCloud, type SmallCloud } from './testing/small-cloud.ts'
import { testsInOwnNetwork } from './testing/tests-in-own-network.ts'

testsInOwnNetwork(import.meta.url, 'a host that is no droplet', { cloudInit: 'light' }, () => {
  let cloud: SmallCloud
  let host: AddedHost
  let droplet: DropletSpec
  const publicAddress = addressAt(usualNetworks.public, 1000)
  const shared = '/run/institute'
  before(async () => {
    cloud = await smallCloud()
    mkdirSync(shared)
    host = await addHost(cloud.hub, {
      hostname: 'institute',
      publicAddress,
      privateAddress: addressAt(usualNetworks.private, 1000),
      shared: [{ outside: shared, inside: '/srv' }],
    })
    droplet = await cloud.droplet(2)
    await cloud.boot(droplet)
  })
  after(async () => {
    await host.end()
    await cloud.close()
  })

  test('it reaches droplets by ssh and rsync, and what it stores lies outside', async () => {
    for (const name of ['person', `known-${droplet.id}`]) {
      cloud.sshWords(droplet)
      copyFileSync(`${cloud.folder}/${name}`, `${shared}/${name}`)
    }
    await host.run(['chmod', '600', '/srv/person'])
    const ssh = cloud.sshWords(droplet).map(word => word.replace(cloud.folder, '/srv'))
    await cloud.ssh(droplet, 'echo results > /opt/results')
    const source = `root@${droplet.publicAddress}:/opt/results`
    const end = await host.run(['rsync', '-e', ssh.map(quoteWord).join(' '), source, '/srv/'])
    assert.equal(end.code, 0, end.stderr)
    assert.equal(readFileSync(`${shared}/results`, 'utf8'), 'results\n')
    assert.equal((await host.run(['cat'], { cwd: '/srv', input: 'said' })).stdout, 'said')
  })

  test('it refuses every connection, and counts them by where they came from', async () => {
    const before = await host.refused()
    assert.equal(before.get(droplet.publicAddress), undefined)
    const tryToReach = (port: number): string => `timeout 10 bash -c '>/dev/tcp/${publicAddress}/${port}'`
    const listener = host.start([
      'perl',
      '-MIO::Socket::INET',
      '-e',
      'IO::Socket::INET->new(Listen => 1, LocalPort => 8000) or die; $| = 1; print "up\\n"; sleep',
    ])
    assert.ok(listener.stdout)
    await once(listener.stdout, 'data')
    for (const port of [22, 8000, 8000]) {
      assert.match((await cloud.ssh(droplet, tryToReach(port))).stderr, /Connection refused/)
    }
    assert.match((await tryCommand(['sh', '-c', tryToReach(8000)])).stderr, /Connection refused/)
    assert.deepEqual(
      await host.refused(),
      new Map([
        [droplet.publicAddress, 3],
        [cloud.hub.publicAddress, 1],
      ]),
    )
    const ended = once(listener, 'exit')
    host.signal(listener, 'SIGTERM')
    await ended
    assert.equal((await host.run(['sh', '-c', 'ls /proc/*/exe -l 2>/dev/null | grep -c perl'])).stdout, '0\n')
  })

  test('what it started dies with the program that was answered', async () => {
    const started = host.start(['sleep', '4242'])
    const alive = async (): Promise<boolean> =>
      (
        await host.run(['sh', '-c', "tr '\\0' ' ' </proc/[0-9]*/cmdline 2>/dev/null; cat /proc/[0-9]*/cmdline | tr '\\0' ' '"])
      ).stdout.includes('sleep 4242')
    while (!(await alive()));
    const ended = once(started, 'exit')
    started.kill('SIGKILL')
    await ended
    while (await alive());
  })
})
