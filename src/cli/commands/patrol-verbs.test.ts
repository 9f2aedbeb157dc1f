import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { openTerminal, type Terminal } from '../../../test/integration/door-terminal.ts'
import { takeDaemonLock } from '../../daemon/daemon-lock.ts'
import { openLedger } from '../../daemon/ledger/open-ledger.ts'
import type { SweptRow } from '../../daemon/patrol/sweep-once.ts'

/** A machine of this computer whose programs are dead: `place` tells several apart. */
const idOf = (place: number) => `01234567-0123-0123-0123-0123456789ab.400000${place}.1`

function aMachine({ home }: Terminal, name: string, place: number): string {
  const path = join(home, 'workers', name)
  mkdirSync(path, { recursive: true })
  const attemptId = name.slice('mf-'.length)
  writeFileSync(join(path, 'machine.json'), JSON.stringify({ version: 1, machineId: idOf(place), name, attemptId }))
  return path
}

/** One worker with a done run that is not at home, its machine, and a machine of nobody. */
async function aHome(t: TestContext): Promise<{ person: Terminal; owned: string; stray: string }> {
  const person = await openTerminal(t)
  await person.put(async rows => {
    await rows.taxon(624)
    await rows.run('ERR000001')
    await rows.batch('b1')
    await rows.delivery('d-ERR000001', 'ERR000001', { state: 'batched', batch_id: 'b1' })
    await rows.attempt('a1', 'b1', { machine_id: idOf(1) })
    await rows.attemptRun('a1', 'ERR000001', { outcome: 'done' })
    await rows.worker('a1', { machine_id: idOf(1), address: join(person.home, 'workers/mf-a1') })
  })
  return { person, owned: aMachine(person, 'mf-a1', 1), stray: aMachine(person, 'mf-zz', 2) }
}

async function inLedger<T>(
  { home }: Terminal,
  ask: (read: Awaited<ReturnType<typeof openLedger>>['read']) => Promise<T>,
): Promise<T> {
  const ledger = await openLedger(join(home, 'ledger.sqlite'))
  try {
    return await ask(ledger.read)
  } finally {
    await ledger.close()
  }
}

const openCauses = (person: Terminal) =>
  inLedger(person, async read => {
    const rows = await read.selectFrom('attention').select(['subject', 'cause']).where('resolved_at', 'is', null).execute()
    return rows.map(row => `${row.subject} ${row.cause}`)
  })

suite('microfetch sweep', () => {
  test('makes one pass of the patrol and tells of each machine who accounts for it', async t => {
    const { person, stray } = await aHome(t)
    const told = await person.type(['sweep', '--json'])
    assert.equal(told.code, 3, told.err)
    const { machines, unaccounted, applied } = JSON.parse(told.out) as {
      machines: SweptRow[]
      unaccounted: number
      applied: boolean
    }
    assert.deepEqual([unaccounted, applied], [1, true])
    assert.deepEqual(
      machines.map(row => [row.name, row.worker, row.unproved, row.verdict]),
      [
        ['mf-a1', 'mf-a1', 1, 'accounted for'],
        ['mf-zz', null, 0, 'unaccounted: looked at again'],
      ],
    )
    assert.ok(existsSync(stray), 'one sighting ends nothing')
    assert.equal((await inLedger(person, read => read.selectFrom('strays').selectAll().execute())).length, 1)
    const table = await person.type(['sweep'], { answers: [] })
    assert.match(table.out, /mf-zz .*unaccounted/)
  })

  test('only looks where a daemon works, and when it is told to', async t => {
    const { person } = await aHome(t)
    const dry = await person.json<{ applied: boolean }>(['sweep', '--dry-run', '--json'])
    const lock = takeDaemonLock(join(person.home, 'daemon.lock'), { command: 'microfetch up', since: 'noon' })
    const beside = await person.type(['sweep', '--json'])
    lock.release()
    assert.deepEqual([dry.applied, (JSON.parse(beside.out) as { applied: boolean }).applied], [false, false])
    assert.match(beside.err, /A daemon works here/)
    assert.deepEqual(await inLedger(person, read => read.selectFrom('strays').selectAll().execute()), [])
  })

  test('says what to do where there is no ledger, and refuses flags that go with the account', async t => {
    const person = await openTerminal(t)
    const told = await person.type(['sweep'])
    assert.deepEqual([told.code, /--provider-only/.test(told.err)], [1, true])
    for (const words of [
      ['--all'],
      ['--destroy'],
      ['mf-a1'],
      ['--installation', 'x'],
      ['--provider-only', '--all'],
      ['--provider-only', 'mf-a1'],
    ])
      assert.equal((await person.type(['sweep', ...words])).code, 2, words.join(' '))
  })
})

suite('microfetch panic', () => {
  test('lists what is lost first, ends every machine, and proves that none is left; the work waits, without a strike', async t => {
    const { person, owned, stray } = await aHome(t)
    const told = await person.type(['panic', '--yes'], { answers: [] })
    assert.equal(told.code, 0, told.err)
    assert.match(told.out, /mf-a1[\s\S]*mf-zz/)
    assert.match(told.err, /1 run on them are done and not at home/)
    assert.match(told.err, /2 machines ended; local lists none at 20/)
    assert.deepEqual([existsSync(owned), existsSync(stray)], [false, false])
    assert.deepEqual(await openCauses(person), ['installation panic'])
    const after = await inLedger(person, async read => ({
      batch: (await read.selectFrom('batches').select('state').executeTakeFirstOrThrow()).state,
      worker: (await read.selectFrom('workers').select('state').executeTakeFirstOrThrow()).state,
      strikes: (await read.selectFrom('deliveries').select('strikes').executeTakeFirstOrThrow()).strikes,
      outcome: (await read.selectFrom('attempt_runs').select('outcome').executeTakeFirstOrThrow()).outcome,
      openAccounts: (await read.selectFrom('costs').selectAll().where('to_at', 'is', null).execute()).length,
      accounts: (await read.selectFrom('costs').selectAll().execute()).length,
    }))
    assert.deepEqual(after, { batch: 'queued', worker: 'destroyed', strikes: 0, outcome: 'none', openAccounts: 0, accounts: 2 })
  })

  test('ends nothing when the person says no, or cannot be asked; but nothing is created any more', async t => {
    const { person, owned } = await aHome(t)
    assert.equal((await person.type(['panic', '--dry-run'])).code, 0)
    assert.deepEqual(await openCauses(person), [])
    assert.equal((await person.type(['panic'], { answers: ['n'] })).code, 1)
    assert.equal((await person.type(['panic'])).code, 2)
    assert.ok(existsSync(owned))
    assert.deepEqual(await openCauses(person), ['installation panic'])
  })

  test('works beside a daemon', async t => {
    const { person, owned } = await aHome(t)
    const lock = takeDaemonLock(join(person.home, 'daemon.lock'), { command: 'microfetch up', since: 'noon' })
    const end = await person.json<{ ended: unknown[]; left: unknown[] }>(['panic', '--yes', '--json'])
    lock.release()
    assert.deepEqual([end.ended.length, end.left], [2, []])
    assert.equal(existsSync(owned), false)
  })

  test('stops creates even where no machine can be looked at', async t => {
    const { person, owned } = await aHome(t)
    const told = await person.type(['--setting', 'provider.name=digitalocean', 'panic', '--yes'])
    assert.equal(told.code, 4, told.err)
    assert.deepEqual(await openCauses(person), ['installation panic'])
    assert.ok(existsSync(owned))
  })

  test('without a ledger and without a token it says what is missing', async t => {
    const person = await openTerminal(t)
    const told = await person.type(['panic', '--yes'])
    assert.equal(told.code, 4)
    assert.match(told.err, /cannot be worked on as a whole[\s\S]*there is no API token/)
  })
})
