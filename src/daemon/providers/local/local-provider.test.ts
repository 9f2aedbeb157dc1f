import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { providerContract } from '../../../../test/contracts/provider-contract.ts'
import { aBoot, LocalMachines, machineOf, newName } from './testing/local-machines.ts'

providerContract('local', async () => {
  const machines = await LocalMachines.open()
  return {
    provider: machines.provider,
    newName,
    newBoot: () => aBoot(newName()),
    stopPrograms: machine => machines.killLeader(machine),
    markKeep: async machine => {
      await writeFile(join(machine.address ?? '', 'mf-keep'), '')
    },
    unknownId: '00000000-0000-4000-8000-000000000000.4000000.1',
    close: () => machines.close(),
  }
})

suite('a local machine', () => {
  let machines: LocalMachines
  before(async () => {
    machines = await LocalMachines.open(
      'env >"$1/seen.new"; echo "$0 $#" >>"$1/seen.new"; mv "$1/seen.new" "$1/seen"; exec sleep 1000',
    )
  })
  after(() => machines.close())

  test('has an id of boot id, pid and start time, written by itself', async () => {
    const machine = await machines.created()
    const written = JSON.parse(await readFile(join(machine.address, 'machine.json'), 'utf8')) as Record<string, unknown>
    assert.equal(written['machineId'], machine.id)
    const [bootId, pid = '', startTicks] = machine.id.split('.')
    assert.equal(bootId, (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim())
    // The name in brackets holds no blank here: `sleep`.
    assert.equal((await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[21], startTicks)
    await machines.destroyed(machine.id)
  })

  test('sees of our environment only what it is given, and is told its folder', async () => {
    const machine = await machines.created()
    const seen = (await machines.waitForFile(machine, 'seen')).split('\n')
    const names = seen.slice(0, -1).map(line => line.split('=')[0] ?? '')
    const allowed = ['HOME', 'MICROFETCH_MACHINE', 'MICROFETCH_MACHINE_FOLDER', 'PATH', 'PWD', 'OLDPWD', '_', 'SHLVL']
    assert.deepEqual(
      names.filter(name => !allowed.includes(name)),
      [],
    )
    assert.ok(seen.includes(`MICROFETCH_MACHINE=${machine.name}`))
    assert.equal(seen.at(-1), `${machine.address}/agent.sh 1`)
    await machines.destroyed(machine.id)
  })

  test('keeps its token from other users', async () => {
    const machine = await machines.created()
    assert.equal((await stat(machine.address)).mode & 0o777, 0o700)
    assert.equal((await stat(join(machine.address, 'boot.json'))).mode & 0o777, 0o600)
    const boot = JSON.parse(await readFile(join(machine.address, 'boot.json'), 'utf8')) as unknown
    assert.deepEqual(boot, { version: 1, attemptId: machine.attemptId, token: 'a'.repeat(64), name: machine.name })
    await machines.destroyed(machine.id)
  })

  test('is made once, however many ask for it at the same time', async () => {
    const name = newName()
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => machines.provider.create(name, aBoot(name))))
    assert.equal(new Set(outcomes.map(outcome => machineOf(outcome).id)).size, 1)
    assert.equal((await machines.livingPrograms()).length, 1)
    await machines.destroyed(machineOf(outcomes[0] ?? { kind: 'unknown', why: '' }).id)
  })

  test('is not made where the disk has not the space that is asked for, and leaves nothing', async () => {
    const name = newName()
    const outcome = await machines.provider.create(name, { ...aBoot(name), diskBytes: 1e18 })
    assert.equal(outcome.kind, 'no-capacity')
    assert.deepEqual(await machines.folders(), [])
  })

  test('is listed until its end and then is off when its agent cannot be started', async () => {
    const broken = await LocalMachines.open('', { node: ['/nonexistent/node'] })
    const machine = await broken.created()
    const [listed] = await broken.provider.list()
    assert.equal(listed?.id, machine.id)
    await broken.destroyed(machine.id)
    const log = await readFile(join(broken.workFolder, 'ended', `${machine.name}.log`), 'utf8')
    assert.match(log, /nonexistent\/node/)
    await broken.close()
  })

  test('is refused, and leaves nothing, when the agent is not the one that was built', async () => {
    const broken = await LocalMachines.open('', { agentBundle: async () => ({ path: '/bin/true', sha256: '0'.repeat(64) }) })
    const outcome = await broken.provider.create(newName(), aBoot('mf-a'))
    assert.equal(outcome.kind, 'refused')
    assert.deepEqual(await broken.folders(), [])
    await broken.close()
  })

  test('leaves the last part of its logs for people, without what could steer their terminal', async () => {
    const talking = await LocalMachines.open(`printf 'told \\033[31mred\\n'; echo done >"$1/done"; exec sleep 1000`)
    const machine = await talking.created()
    await talking.waitForFile(machine, 'done')
    await talking.destroyed(machine.id)
    const log = await readFile(join(talking.workFolder, 'ended', `${machine.name}.log`), 'utf8')
    assert.equal(log, '==> agent.out <==\ntold ?[31mred\n\n')
    await talking.close()
  })
})
