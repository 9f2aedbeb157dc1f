import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { formatIdentity, readBootId } from './program-identity.ts'
import { parseStat, readPrograms } from './running-programs.ts'
import { aBoot, isAlive, LocalMachines, localOptions, newName } from './testing/local-machines.ts'

const actAndDie = fileURLToPath(new URL('testing/act-and-die.ts', import.meta.url))

/** Runs a daemon of its own that is killed right after an effect; gives what it said if it came to the end, and whether it was killed. */
function dieAfter(effect: string, machines: LocalMachines, act: 'create' | 'destroy', subject: string) {
  const args = ['--disable-warning=ExperimentalWarning', actAndDie, machines.workFolder, machines.script, effect, act, subject]
  const { signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.equal(stderr, '')
  return { wasKilled: signal === 'SIGKILL', said: stdout }
}

suite('a daemon that is killed while it creates', () => {
  const beforeBirth = ['local: machine folder made', 'local: machine files written']
  for (const effect of beforeBirth) {
    test(`leaves nothing that runs or is listed after "${effect}", and the next create clears its folder`, async () => {
      const machines = await LocalMachines.open()
      const name = newName()
      assert.equal(dieAfter(effect, machines, 'create', name).wasKilled, true)
      assert.deepEqual([await machines.provider.list(), await machines.livingPrograms()], [[], []])
      assert.deepEqual(await machines.folders(), [name])
      const next = await machines.created()
      assert.deepEqual(await machines.folders(), [next.name])
      await machines.close()
    })
  }

  test('leaves a folder that the next destroy clears as well', async () => {
    const machines = await LocalMachines.open()
    dieAfter('local: machine folder made', machines, 'create', newName())
    await machines.provider.destroy('of whatever machine')
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })

  test('has not its create repeated: the name is unknown, and nothing is started', async () => {
    const machines = await LocalMachines.open('exec sleep 1000', { bornSeconds: 0.05 })
    const name = newName()
    dieAfter('local: machine files written', machines, 'create', name)
    // Housekeeping would clear the folder; here its maker seems to live.
    const startTicks = parseStat(await readFile('/proc/1/stat', 'utf8'))?.startTicks ?? ''
    const machineId = formatIdentity({ bootId: await readBootId(), pid: 1, startTicks })
    await writeFile(join(machines.workFolder, name, 'creator.json'), JSON.stringify({ machineId }))
    assert.equal((await machines.provider.create(name, aBoot(name))).kind, 'unknown')
    assert.deepEqual(await machines.livingPrograms(), [])
    await machines.close()
  })

  for (const effect of ['local: agent started', 'local: machine seen']) {
    test(`leaves a machine that is listed and lives on after "${effect}"`, async () => {
      const machines = await LocalMachines.open()
      const name = newName()
      assert.equal(dieAfter(effect, machines, 'create', name).wasKilled, true)
      // Answered by what is there, and by nothing new.
      const machine = await machines.created(name)
      assert.equal(machine.status, 'active')
      assert.equal((await machines.livingPrograms()).length, 1)
      await machines.destroyed(machine.id)
      assert.deepEqual([await machines.livingPrograms(), await machines.folders()], [[], []])
      await machines.close()
    })
  }

  test('leaves machines that outlive its whole group', async () => {
    const machines = await LocalMachines.open()
    const name = newName()
    const args = [
      '--disable-warning=ExperimentalWarning',
      actAndDie,
      machines.workFolder,
      machines.script,
      'never',
      'create',
      name,
    ]
    const daemon = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
    await new Promise(resolve => daemon.once('exit', resolve))
    // What is left of its session, if anything, is told to go as a closing terminal would do it.
    const left = (await readPrograms()).filter(program => program.session === daemon.pid || program.group === daemon.pid)
    assert.deepEqual(left, [])
    const [machine] = await machines.provider.list()
    assert.equal(machine?.status, 'active')
    await machines.close()
  })
})

suite('a daemon that is killed while it destroys', () => {
  for (const effect of ['local: programs killed', 'local: machine folder removed']) {
    test(`can be followed by another after "${effect}"`, async () => {
      const machines = await LocalMachines.open()
      const machine = await machines.created()
      assert.equal(dieAfter(effect, machines, 'destroy', machine.id).wasKilled, true)
      assert.equal(await machines.provider.destroy(machine.id), 'gone')
      assert.deepEqual([await machines.livingPrograms(), await machines.folders()], [[], []])
      await machines.close()
    })
  }

  test('leaves a half-emptied folder listed until it is gone', async () => {
    const machines = await LocalMachines.open()
    const machine = await machines.created()
    await machines.killLeader(machine)
    // As a death in the middle of the removal leaves it: everything but the id is gone.
    for (const name of await readdir(machine.address)) if (name !== 'machine.json') await rm(join(machine.address, name))
    assert.equal((await machines.provider.list())[0]?.id, machine.id)
    assert.equal(await machines.provider.destroy(machine.id), 'gone')
    await machines.close()
  })
})

suite('folders of machines that were never born', () => {
  test('are left alone while their maker lives, or while anything runs in their name', async () => {
    const machines = await LocalMachines.open()
    const [made, running] = [newName(), newName()]
    await mkdir(join(machines.workFolder, made), { recursive: true })
    await mkdir(join(machines.workFolder, running))
    const maker = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const marked = spawn('sleep', ['1000'], { stdio: 'ignore', env: { PATH: process.env['PATH'], MICROFETCH_MACHINE: running } })
    const programs = await readPrograms()
    const { pid = 0, startTicks = '' } = programs.find(program => program.pid === maker.pid) ?? {}
    const machineId = formatIdentity({ bootId: await readBootId(), pid, startTicks })
    await writeFile(join(machines.workFolder, made, 'creator.json'), JSON.stringify({ version: 1, machineId }))
    await machines.provider.destroy('of whatever machine')
    assert.deepEqual((await machines.folders()).sort(), [made, running].sort())
    assert.equal(await isAlive(marked.pid ?? 0), true)
    for (const child of [maker, marked]) await new Promise(resolve => child.once('exit', resolve).kill('SIGKILL'))
    await machines.provider.destroy('of whatever machine')
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })

  test('are refused, with what was said, when the first program cannot even write its id', async () => {
    const machines = await LocalMachines.open('exec sleep 1000', {
      agentBundle: async () => {
        // Where the id is to be written there is something in the way.
        await mkdir(join(machines.workFolder, name, 'machine.json.new'))
        return localOptions('/', machines.script, () => undefined).agentBundle()
      },
    })
    const name = newName()
    const outcome = await machines.provider.create(name, aBoot(name))
    assert.equal(outcome.kind, 'refused')
    assert.match(outcome.kind === 'refused' ? outcome.why : '', /machine\.json\.new/)
    assert.deepEqual(await machines.folders(), [])
    await machines.close()
  })
})
