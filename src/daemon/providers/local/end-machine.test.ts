import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { formatIdentity, parseIdentity, readBootId } from './program-identity.ts'
import { parseStat } from './running-programs.ts'
import { eventually, isAlive, LocalMachines, newName } from './testing/local-machines.ts'

/** An agent with what a pipeline may leave behind; it writes the pids of all of them. */
const busyAgent = `
sleep 1000 & plain=$!
setsid sleep 1000 & own_session=$!
env -i /bin/sleep 1000 & cleared=$!
env -i /usr/bin/setsid /bin/sleep 1000 & hidden=$!
echo "$plain $own_session $cleared $hidden" >"$1/pids.new"
mv "$1/pids.new" "$1/pids"
wait
`

async function busyMachine(machines: LocalMachines) {
  const machine = await machines.created()
  const pids = (await machines.waitForFile(machine, 'pids')).split(' ').map(Number)
  // setsid and env have become what they start.
  for (const pid of pids) await eventually('a sleep', async () => ((await nameOf(pid)) === 'sleep' ? true : undefined))
  return { machine, pids }
}

async function nameOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
}

async function identityOf(pid: number): Promise<string> {
  const startTicks = parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'))?.startTicks ?? ''
  return formatIdentity({ bootId: await readBootId(), pid, startTicks })
}

async function doctor(machine: { address: string }, changes: Record<string, unknown>): Promise<void> {
  const path = join(machine.address, 'machine.json')
  const before = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await writeFile(path, JSON.stringify({ ...before, ...changes }))
}

suite('destroying a local machine', () => {
  test('ends whatever its agent has started, also in sessions of their own and with a cleared environment', async () => {
    const machines = await LocalMachines.open(busyAgent)
    const { machine, pids } = await busyMachine(machines)
    assert.equal(await machines.provider.destroy(machine.id), 'gone')
    assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false, false])
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })

  test('ends what a killed agent left alive, and until then the machine is active', async () => {
    const machines = await LocalMachines.open(busyAgent)
    const { machine, pids } = await busyMachine(machines)
    await machines.killLeader(machine)
    assert.equal((await machines.provider.list())[0]?.status, 'active')
    assert.equal(await machines.provider.destroy(machine.id), 'gone')
    const [plain, ownSession, cleared, hidden] = await Promise.all(pids.map(isAlive))
    assert.deepEqual([plain, ownSession, cleared], [false, false, false])
    // One that cleared its environment, left the group and lost its parent cannot be told from anybody else's program.
    assert.equal(hidden, true)
    process.kill(pids[3] ?? 0, 'SIGKILL')
    await machines.close()
  })

  test('kills nobody who merely has the number of the leader now', async () => {
    const machines = await LocalMachines.open()
    const stranger = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
    const pid = stranger.pid ?? 0
    const id = await identityOf(pid)
    const identity = parseIdentity(id) ?? assert.fail()
    // The same number, a moment apart; then in another start of the computer; then exactly the stranger, as a liar would write it.
    const recycled = [
      formatIdentity({ ...identity, startTicks: String(Number(identity.startTicks) - 1) }),
      formatIdentity({ ...identity, bootId: '00000000-0000-4000-8000-000000000000' }),
      id,
    ]
    for (const machineId of recycled) {
      const machine = await machines.created()
      await machines.killLeader(machine)
      await doctor(machine, { machineId })
      assert.equal((await machines.provider.list())[0]?.status, 'off')
      assert.equal(await machines.provider.destroy(machineId), 'gone')
      assert.equal(await isAlive(pid), true)
    }
    stranger.kill('SIGKILL')
    await machines.close()
  })

  test('finds the programs of a machine whose id was doctored by their marker', async () => {
    const machines = await LocalMachines.open(busyAgent)
    const { machine, pids } = await busyMachine(machines)
    const machineId = formatIdentity({ bootId: await readBootId(), pid: 4_000_000, startTicks: '1' })
    await doctor(machine, { machineId })
    assert.equal(await machines.provider.destroy(machineId), 'gone')
    assert.deepEqual(await Promise.all(pids.map(isAlive)), [false, false, false, false])
    await machines.close()
  })

  test('works when the file with its id has become unreadable, and until then nobody calls it gone', async () => {
    const machines = await LocalMachines.open()
    const machine = await machines.created()
    await writeFile(join(machine.address, 'machine.json'), '{"version":1,')
    assert.equal(await machines.provider.find(machine.id), 'unknown')
    const [listed] = await machines.provider.list()
    assert.equal(listed?.status, 'active')
    assert.equal(await machines.provider.destroy(listed?.id ?? ''), 'gone')
    assert.deepEqual(await machines.livingPrograms(), [])
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })

  test('works when somebody removed its folder: it is still listed', async () => {
    const machines = await LocalMachines.open()
    const machine = await machines.created()
    await rm(machine.address, { recursive: true })
    const [listed] = await machines.provider.list()
    assert.equal(listed?.id, machine.id)
    assert.equal(listed?.address, undefined)
    assert.equal(await machines.provider.destroy(machine.id), 'gone')
    assert.deepEqual(await machines.livingPrograms(), [])
    await machines.close()
  })

  test('leaves machines of the same name in another work folder alone', async () => {
    const [ours, theirs] = [await LocalMachines.open(), await LocalMachines.open()]
    const name = newName()
    const [mine, other] = [await ours.created(name), await theirs.created(name)]
    await ours.destroyed(mine.id)
    assert.equal((await theirs.provider.list())[0]?.status, 'active')
    await theirs.destroyed(other.id)
    await Promise.all([ours.close(), theirs.close()])
  })

  test('removes folders of any depth and mode, and follows no link out of them', async () => {
    const machines = await LocalMachines.open()
    const machine = await machines.created()
    const outside = join(machines.workFolder, '..', 'precious')
    await mkdir(outside)
    await writeFile(join(outside, 'file'), 'kept')
    await symlink(outside, join(machine.address, 'link'))
    // Deeper than one path can say.
    const deep = `cd "$1"; i=0; while [ $i -lt 40 ]; do mkdir "$2" && cd -P "$2" || exit 1; i=$((i+1)); done; echo x >file; cd "$1"; mkdir sealed; echo y >sealed/file; chmod 500 sealed`
    execFileSync('sh', ['-c', deep, 'sh', machine.address, 'd'.repeat(200)])
    assert.equal(await machines.provider.destroy(machine.id), 'gone')
    assert.equal(await readFile(join(outside, 'file'), 'utf8'), 'kept')
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })

  test(
    'never reaches into what somebody has mounted in its folder',
    { skip: process.getuid?.() !== 0 && 'needs root to mount' },
    async () => {
      const machines = await LocalMachines.open()
      const machine = await machines.created()
      const mount = join(machine.address, 'mounted')
      await mkdir(mount)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount])
      try {
        await writeFile(join(mount, 'file'), 'kept')
        await assert.rejects(machines.provider.destroy(machine.id), { code: 'refused' })
        assert.equal(await readFile(join(mount, 'file'), 'utf8'), 'kept')
        assert.equal((await machines.provider.list())[0]?.id, machine.id)
      } finally {
        execFileSync('umount', [mount])
      }
      await machines.destroyed(machine.id)
      await machines.close()
    },
  )

  test('touches no folder whose name is not ours', async () => {
    const machines = await LocalMachines.open()
    const machine = await machines.created()
    const other = join(machines.workFolder, 'not-ours')
    await rename(machine.address, other)
    const machineId = machine.id
    await machines.provider.destroy(machineId)
    assert.equal((await stat(other)).isDirectory(), true)
    await machines.close()
  })
})
