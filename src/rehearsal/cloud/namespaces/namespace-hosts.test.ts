import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { runOn } from './add-host.ts'
import { groupsOfCloud, ownPlace } from './own-place.ts'
import { runCommand, tryCommand } from './run-command.ts'
import { smallCloud, type SmallCloud, until } from './testing/small-cloud.ts'
import { testsInOwnNetwork } from './testing/tests-in-own-network.ts'

testsInOwnNetwork(import.meta.url, 'droplets made of namespaces', { cloudInit: 'light' }, () => {
  let cloud: SmallCloud
  const off: number[] = []
  const hidden = resolve('node_modules/.cache', `hidden-home-${process.pid}`)
  before(async () => {
    cloud = await smallCloud({
      hidden: [hidden],
      programs: { 'another-name': process.execPath },
      onPoweredOff: id => off.push(id),
    })
  })
  after(async () => {
    await cloud.close()
    rmSync(hidden, { recursive: true, force: true })
  })

  /** Everything that a droplet could leave behind. */
  const leftOver = async (): Promise<unknown> => ({
    programs: readdirSync('/proc').filter(name => /^\d+$/.test(name) && commandOf(name).includes('test-cloud')),
    namespaces: (await runCommand(['lsns', '--noheadings', '--output', 'NS', '--type', 'net'])).trim().split('\n').length,
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .filter(line => line.includes(`${ownPlace}/machines`)),
    lines: (await runCommand(['ip', '-brief', 'link'])).split('\n').map(line => line.split(/[ @]/)[0]),
    groups: groupsOfCloud().flatMap(folder => readdirSync(folder, { withFileTypes: true }).filter(each => each.isDirectory())),
    folders: readdirSync(`${ownPlace}/machines`),
  })

  test('when a droplet ends, no program, mount, network, line, control group or folder of it stays', async () => {
    const before = await leftOver()
    const droplet = await cloud.droplet(2, {}, { runcmd: ['setsid sleep 1000 &'] })
    await cloud.boot(droplet)
    assert.notDeepEqual(await leftOver(), before)
    await cloud.hosts.end(droplet.id)
    await until('its network is gone', async () => JSON.stringify(await leftOver()) === JSON.stringify(before))
    await cloud.hosts.end(droplet.id) // twice is once
  })

  test('a droplet that cannot boot leaves nothing', async () => {
    const before = await leftOver()
    const droplet = await cloud.droplet(3, { userData: '#cloud-config\nruncmd: [ls]\n' })
    await assert.rejects(cloud.hosts.boot(droplet), /needs real cloud-init/)
    const first = await cloud.droplet(4)
    await cloud.hosts.boot(first)
    // The line's name is that of the first one's.
    await assert.rejects(cloud.hosts.boot({ ...droplet, id: first.id, userData: '' }), /already/)
    await runCommand(['ip', 'link', 'add', `p${(droplet.id + 5).toString(36)}`, 'type', 'bridge'])
    await assert.rejects(cloud.hosts.boot({ ...droplet, id: droplet.id + 5, userData: '' }), /cannot boot/)
    await cloud.hosts.end(first.id)
    await until('nothing is left', async () => JSON.stringify(await leftOver()) === JSON.stringify(before))
  })

  test('a droplet that is switched off is silent and keeps its disk until it ends', async () => {
    const droplet = await cloud.droplet(5)
    await cloud.boot(droplet)
    await cloud.ssh(droplet, 'echo kept > /opt/kept')
    await cloud.hosts.powerOff(droplet.id)
    assert.equal((await cloud.ssh(droplet, 'true', 3)).code, 255)
    const disk = cloud.hosts.machineOf(droplet.id)?.diskFolder ?? ''
    assert.equal(readFileSync(`${disk}/upper/opt/kept`, 'utf8'), 'kept\n')
    await assert.rejects(cloud.hosts.harm(droplet.id, { kind: 'lost' }), /switched off/)
    await cloud.hosts.end(droplet.id)
    assert.equal(existsSync(disk), false)
    assert.deepEqual(off, [])
  })

  test('a droplet that shuts itself down is told of', async () => {
    const droplet = await cloud.droplet(6)
    await cloud.boot(droplet)
    await cloud.ssh(droplet, 'shutdown -h now')
    await until('it is told', () => off.includes(droplet.id))
    await cloud.hosts.end(droplet.id)
  })

  test('a droplet sees the programs and files of the machine, but nothing hidden, nobody\u2019s home and nothing of its neighbours', async t => {
    mkdirSync(hidden, { recursive: true })
    writeFileSync(`${hidden}/ledger`, 'secret')
    const temporary = mkdtempSync(join(tmpdir(), 'not-for-droplets-'))
    t.after(() => rmSync(temporary, { recursive: true }))
    const droplet = await cloud.droplet(7)
    await cloud.boot(droplet)
    const seen = await cloud.ssh(
      droplet,
      `ls -A ${hidden}; ls -A /root; ls ${temporary} /run/microfetch-cloud; ${process.execPath} --version; ls ${import.meta.filename}`,
    )
    assert.equal(seen.stdout, `.ssh\n${process.version}\n${import.meta.filename}\n`)
    const within = cloud.hosts.machineOf(droplet.id)
    assert.ok(within)
    const programs = await runOn(within, ['sh', '-c', 'ls -d /proc/[0-9]* | wc -l; id -u; cat /proc/1/comm'])
    const [count, user, first] = programs.stdout.trim().split('\n')
    assert.ok(Number(count) < 15, `${count} programs`)
    assert.deepEqual([user, first], ['0', 'sh'])
    await runOn(within, ['sh', '-c', `echo changed > ${import.meta.filename}`])
    assert.match(readFileSync(import.meta.filename, 'utf8'), /^import assert/, 'what is written within stays within')
    await cloud.hosts.end(droplet.id)
  })

  test('programs on a droplet see its memory, not the machine\u2019s', async () => {
    const droplet = await cloud.droplet(11, { memoryMb: 256 })
    await cloud.boot(droplet)
    const sizes = "const os = require('node:os'); console.log(os.totalmem() / 2 ** 20, process.constrainedMemory() / 2 ** 20)"
    const seen = await cloud.ssh(droplet, `${process.execPath} -e "${sizes}"; command -v another-name`)
    assert.equal(seen.stdout, '256 256\n/usr/local/bin/another-name\n', seen.stderr)
    await cloud.hosts.end(droplet.id)
  })

  test('a droplet can harm neither the clock nor the kernel that all have in common', async () => {
    const droplet = await cloud.droplet(8)
    await cloud.boot(droplet)
    for (const command of ['date --set "$(date)"', 'echo 1 > /proc/sys/vm/drop_caches', 'test -w /sys/kernel']) {
      assert.notEqual((await cloud.ssh(droplet, command)).code, 0, command)
    }
    await cloud.hosts.end(droplet.id)
  })

  test('droplets reach the hub by both its addresses, but not each other, and nobody reaches anything else', async () => {
    const [one, other] = [await cloud.droplet(9), await cloud.droplet(10)]
    await Promise.all([one, other].map(droplet => cloud.boot(droplet)))
    const reach = (address: string): string => `timeout 5 bash -c '>/dev/tcp/${address}/22' 2>&1`
    const refusedBy = async (address: string): Promise<string> => (await cloud.ssh(one, reach(address))).stdout
    assert.match(await refusedBy(cloud.hub.publicAddress), /Connection refused/)
    assert.match(await refusedBy(cloud.hub.privateAddress), /Connection refused/)
    const others = await Promise.all([other.publicAddress, other.privateAddress].map(refusedBy))
    // Nothing answers to the question for the hardware address, or `timeout` ends it before that is found out.
    for (const said of others) assert.match(said, /No route to host|^$/)
    const ended = await Promise.all([other.publicAddress, other.privateAddress].map(address => cloud.ssh(one, reach(address))))
    for (const { code } of ended) assert.notEqual(code, 0)
    for (const address of ['192.0.2.2', '1.1.1.1']) {
      assert.match(await refusedBy(address), /Network is unreachable/)
      assert.match((await tryCommand(['bash', '-c', `>/dev/tcp/${address}/22`])).stderr, /Network is unreachable/)
    }
    await Promise.all([one, other].map(droplet => cloud.hosts.end(droplet.id)))
  })

  test('twenty droplets boot at once, and end at once', async () => {
    const config = { runcmd: ['hostname > /opt/done'] }
    const droplets = await Promise.all(Array.from({ length: 20 }, (_, place) => cloud.droplet(20 + place, {}, config)))
    await Promise.all(droplets.map(droplet => cloud.boot(droplet)))
    const said = ({ id }: { id: number }): string | undefined => {
      const file = `${cloud.hosts.machineOf(id)?.diskFolder}/upper/opt/done`
      return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
    }
    await until('all have done what they were told', () => droplets.every(said))
    assert.deepEqual(
      droplets.map(said),
      droplets.map(({ name }) => name),
    )
    await Promise.all(droplets.map(({ id }) => cloud.hosts.end(id)))
    assert.deepEqual(readdirSync(`${ownPlace}/machines`), [])
  })
})

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
