import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { DropletSpec } from '../droplet-hosts.ts'
import { quoteWord } from './quote-word.ts'
import { type CommandEnd, runCommand, tryCommand } from './run-command.ts'
import { smallCloud, type SmallCloud, until } from './testing/small-cloud.ts'
import { testsInOwnNetwork } from './testing/tests-in-own-network.ts'

testsInOwnNetwork(import.meta.url, 'what happens to droplets', { cloudInit: 'light' }, () => {
  let cloud: SmallCloud
  before(async () => {
    cloud = await smallCloud()
  })
  after(() => cloud.close())

  const bootOne = async (place: number, change: Partial<DropletSpec> = {}): Promise<DropletSpec> => {
    const droplet = await cloud.droplet(place, change)
    await cloud.boot(droplet)
    return droplet
  }
  const shell = async (droplet: DropletSpec, command: string): Promise<CommandEnd> => cloud.ssh(droplet, command)

  test('a disk holds no more than its size', async () => {
    const droplet = await bootOne(2, { diskGb: 0.03 })
    const written = await shell(droplet, 'head -c 100M /dev/zero > /opt/large; stat -c %s /opt/large')
    assert.match(written.stderr, /No space left on device/)
    assert.ok(Number(written.stdout) < 31 * 2 ** 20, written.stdout)
  })

  test('a disk that somebody filled takes nothing until it is healed', async () => {
    const droplet = await bootOne(3)
    await cloud.hosts.harm(droplet.id, { kind: 'disk-full' })
    for (const folder of ['/opt', '/tmp', '/root']) {
      assert.match((await shell(droplet, `head -c 100k /dev/zero > ${folder}/more`)).stderr, /No space left on device/)
    }
    await cloud.hosts.heal(droplet.id)
    assert.equal((await shell(droplet, 'head -c 100k /dev/zero > /opt/more && stat -c %s /opt/more')).stdout, '102400\n')
  })

  test('a program that asks for more memory than the droplet has is killed, and the droplet lives on', async () => {
    const droplet = await bootOne(4, { memoryMb: 64 })
    const greedy = await shell(droplet, 'tail /dev/zero; echo ended with $?')
    assert.match(greedy.stdout, /ended with 137/)
    await cloud.hosts.harm(droplet.id, { kind: 'out-of-memory' })
    assert.equal((await shell(droplet, 'hostname')).stdout, 'mf-4\n')
  })

  test('a frozen droplet takes connections and says nothing until it is healed, and can be ended', async () => {
    const droplet = await bootOne(5)
    await cloud.hosts.harm(droplet.id, { kind: 'frozen' })
    const port = await tryCommand(['bash', '-c', `exec 3<>/dev/tcp/${droplet.publicAddress}/22 && read -r -t 2 -u 3 banner`])
    assert.ok(port.code > 128, `connected, and heard no banner in time: ${port.code} ${port.stderr}`)
    assert.equal((await cloud.ssh(droplet, 'true', 3)).code, 255)
    await cloud.hosts.heal(droplet.id)
    assert.equal((await shell(droplet, 'hostname')).stdout, 'mf-5\n')
    await cloud.hosts.harm(droplet.id, { kind: 'frozen' })
    await cloud.hosts.end(droplet.id)
    assert.equal(cloud.hosts.machineOf(droplet.id), undefined)
  })

  test('a droplet that is lost in the middle of rsync keeps what came, and it goes on from there when it is healed', async () => {
    const droplet = await bootOne(6)
    const size = 64 * 2 ** 20
    await shell(droplet, `head -c ${size} /dev/urandom > /opt/reads`)
    // Slow enough to be cut in the middle, on any machine.
    await cloud.hosts.harm(droplet.id, { kind: 'slow', megabitsPerSecond: 40, lossPercent: 0, delayMs: 0 })
    const home = join(cloud.folder, 'reads')
    const rsync = (patienceSeconds: number): string[] => {
      const words = cloud.sshWords(droplet, patienceSeconds).map(quoteWord)
      return ['--partial', '--inplace', '--timeout=60', '-e', words.join(' ')]
    }
    const source = `root@${droplet.publicAddress}:/opt/reads`
    const first = spawn('rsync', [...rsync(6), source, home], { stdio: 'ignore' })
    await until('something has come', () => (statSync(home, { throwIfNoEntry: false })?.size ?? 0) > 2 ** 20)
    await cloud.hosts.harm(droplet.id, { kind: 'lost' })
    const [code] = (await once(first, 'exit')) as [number]
    assert.ok([12, 255].includes(code), `${code}: ssh gave up, and rsync says so or says that its stream ended`)
    const kept = statSync(home).size
    assert.ok(kept < size, `${kept} of ${size} had come`)
    await cloud.hosts.heal(droplet.id)
    const told = await runCommand(['rsync', ...rsync(60), '--stats', source, home])
    const literal = Number(/Literal data: ([\d,.]+)/.exec(told)?.[1]?.replaceAll(/[,.]/g, ''))
    assert.ok(literal <= size - kept + 2 ** 20, `${literal} bytes came anew, ${kept} were there`)
    const sum = await runCommand(['sha256sum', home])
    assert.equal(sum.split(' ')[0], (await shell(droplet, 'sha256sum /opt/reads')).stdout.split(' ')[0])
  })

  test('a slow line delays and drops packets both ways, and is as before when it is healed', async () => {
    const droplet = await bootOne(7)
    const roundTrips = async (): Promise<number[]> => {
      const script = `use Time::HiRes 'time'; use IO::Socket::INET; for (1..5) { my $t = time;
        IO::Socket::INET->new(PeerAddr => '${droplet.publicAddress}:22', Timeout => 20) or die; printf "%d\\n", 1000 * (time - $t) }`
      return (await runCommand(['perl', '-e', script])).trim().split('\n').map(Number)
    }
    await cloud.hosts.harm(droplet.id, { kind: 'slow', megabitsPerSecond: 10, lossPercent: 0, delayMs: 100 })
    assert.ok(Math.min(...(await roundTrips())) >= 200)
    assert.equal((await shell(droplet, 'hostname')).stdout, 'mf-7\n')
    await cloud.hosts.harm(droplet.id, { kind: 'slow', megabitsPerSecond: 10, lossPercent: 100, delayMs: 0 })
    assert.equal((await cloud.ssh(droplet, 'true', 3)).code, 255)
    await cloud.hosts.heal(droplet.id)
    assert.equal((await shell(droplet, 'hostname')).stdout, 'mf-7\n')
    assert.doesNotMatch(await runCommand(['ip', 'link']), /tap|: [bhm]p/)
    assert.equal(await runCommand(['nft', 'list', 'tables']), '')
  })
})
