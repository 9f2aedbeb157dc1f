import assert from 'node:assert/strict'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { claimSeconds } from '../../src/daemon/ledger/collections.ts'
import { beginEpoch, readInstallation } from '../../src/daemon/ledger/installation.ts'
import { isAdopting } from '../../src/daemon/ledger/adopting.ts'
import { apply as applySweep } from '../../src/daemon/stages/sweep/apply.ts'
import { Problem } from '../../src/core/problem.ts'
import { CollectorWorld, tokens } from './collector-world.ts'

const never = new AbortController().signal
const run = 'ERR1000001'

let world: CollectorWorld
beforeEach(async () => {
  world = await CollectorWorld.open()
})
afterEach(() => world.close())

interface Claims {
  attempts: { place: { attemptId: string }; runs: { runAccession: string }[] }[]
}

async function claim(collector: string, atMost = 10): Promise<string[]> {
  const response = await world.ask('/api/collections/claim', tokens.collector, { collector, atMost })
  const { attempts } = (await response.json()) as Claims
  return attempts.map(({ place, runs }) => `${place.attemptId}: ${runs.map(one => one.runAccession).join(' ')}`)
}

async function stand(collector: string, libraryId: string, holds: string[]): Promise<{ lost: string[] }> {
  const body = { collector, libraryId, version: '1', freeBytes: 1e12, holds }
  return (await (await world.ask('/api/collections/standing', tokens.collector, body)).json()) as { lost: string[] }
}

suite('two collectors', () => {
  test('never get the same attempt, until the claim of one that fell silent is over', async () => {
    await world.finished(run, 'ERR1000002')
    await world.finished('ERR1000003')
    assert.deepEqual(await claim('one', 1), ['attempt1: ERR1000001 ERR1000002'])
    assert.deepEqual(await claim('two'), ['attempt2: ERR1000003'])
    assert.deepEqual([await claim('one'), await claim('two')], [[], []])
    world.nowMs += claimSeconds * 1000 - 1000
    assert.deepEqual(await stand('two', 'bbbbbbbbbbbb', ['attempt2']), {
      ...(await stand('two', 'bbbbbbbbbbbb', ['attempt2'])),
      lost: [],
    })
    world.nowMs += 1000
    assert.deepEqual(await claim('two'), ['attempt1: ERR1000001 ERR1000002'])
    assert.deepEqual((await stand('one', 'aaaaaaaaaaaa', ['attempt1'])).lost, ['attempt1'])
  })

  test('free what they do not hold any more when they begin anew', async () => {
    await world.finished(run)
    await stand('one', 'aaaaaaaaaaaa', [])
    assert.equal((await claim('one')).length, 1)
    assert.deepEqual(await claim('two'), [])
    await stand('one', 'aaaaaaaaaaaa', [])
    assert.equal((await claim('two')).length, 1)
  })

  test('at work on two libraries store every run once, and each removes only what lies in its own', async () => {
    const runs = Array.from({ length: 6 }, (_one, index) => `ERR100000${index + 1}`)
    for (const one of runs) await world.finished(one)
    const first = await world.program({ atOnce: 1, name: 'first' })
    const second = await world.program({ atOnce: 1, name: 'second', libraryFolder: world.otherLibrary() })
    await Promise.all([first.once(never), second.once(never)])
    for (const program of [first, second]) {
      await world.stages()
      await program.once(never)
      program.close()
    }
    await world.stages()
    assert.deepEqual(await world.fates(), Object.fromEntries(runs.map(one => [one, 'delivered, removed'])))
    const there = await world.atHome(world.machines.newCollector({ libraryFolder: world.otherLibrary() }))
    const here = await world.atHome()
    assert.deepEqual(
      [...here, ...there].sort(),
      runs.map(one => `d-${one}`),
    )
    assert.ok(here.length > 0 && there.length > 0, `${here.length} and ${there.length}`)
    assert.deepEqual(world.warnings, [])
  })

  test('cannot both work on one library: the second is told who does', async () => {
    const first = await world.program({ command: 'microfetch collect --once' })
    await assert.rejects(world.program(), (error: unknown) => {
      assert.ok(error instanceof Problem && error.code === 'not-allowed')
      assert.match(error.message, /another collector works on the library .*: "microfetch collect --once", pid \d+ on /)
      return true
    })
    first.close()
    ;(await world.program()).close()
  })
})

suite('after a restore', () => {
  /** The ledger forgets what was delivered since its backup, and begins a new epoch. */
  async function restore(): Promise<void> {
    await world.ledger.write(async tx => {
      for (const table of ['receipts', 'attempt_runs', 'deliveries', 'verdicts', 'attempts', 'workers', 'collectors'] as const) {
        await tx.deleteFrom(table).execute()
      }
      await beginEpoch(tx, 0, { at: world.clock(), why: 'restored', byWhom: 'test' })
    })
  }

  test('the collector tells of all that lies in its library, once, and the ledger knows every delivery again', async () => {
    await world.finished(run, 'ERR1000002')
    const program = await world.program()
    await program.once(never)
    await restore()
    await assert.rejects(
      applySweep({ kind: 'end-adopting' }, world.deps),
      /waiting until a collector has told what lies in the library/,
    )
    assert.equal(await isAdopting(world.ledger.read), true)
    await program.once(never)
    await applySweep({ kind: 'end-adopting' }, world.deps)
    assert.equal(await isAdopting(world.ledger.read), false)
    const rows = await world.ledger.read.selectFrom('deliveries').select(['id', 'state', 'revision']).orderBy('id').execute()
    assert.deepEqual(
      rows.map(({ id, state, revision }) => `${id} ${state} ${revision}`),
      ['d-ERR1000001 delivered rev-ERR1000001', 'd-ERR1000002 delivered rev-ERR1000002'],
    )
    assert.deepEqual((await program.visitor.visit()).toldLibrary, false)
    assert.equal((await world.ledger.read.selectFrom('collection_stored').selectAll().execute()).length, 0)
    assert.equal(await readInstallation(world.ledger.read, 'epoch'), '1')
    program.close()
  })

  test('nothing is adopted while a collector that is still heard has not told of its library', async () => {
    const [first, second] = [
      await world.program({ name: 'first' }),
      await world.program({ name: 'second', libraryFolder: world.otherLibrary() }),
    ]
    for (const program of [first, second]) await program.once(never)
    await world.ledger.write(tx => beginEpoch(tx, 0, { at: world.clock(), why: 'restored', byWhom: 'test' }))
    await first.once(never)
    await assert.rejects(applySweep({ kind: 'end-adopting' }, world.deps), /waiting until second has told/)
    // One that is gone for good is not waited for longer than its silence is borne.
    world.nowMs += world.deps.policy.collectorSilentSeconds * 1000
    await first.once(never)
    await applySweep({ kind: 'end-adopting' }, world.deps)
    for (const program of [first, second]) program.close()
  })
})

suite('a library', () => {
  test('whose disk is not mounted is not begun anew beside it', async () => {
    const libraryFolder = join(world.machines.root, 'not-mounted', 'library')
    await assert.rejects(world.program({ libraryFolder }), /the library .* cannot be used/)
    await assert.rejects(stat(join(world.machines.root, 'not-mounted')))
  })

  test('is filled from folders of this computer only where that was said', async () => {
    const place = await world.finished(run)
    const program = await world.program({ localMachines: false })
    await program.once(never)
    await world.stages()
    assert.deepEqual([await world.fates(), await world.atHome()], [{ [run]: 'batched, 1 failures' }, []])
    assert.equal((await stat(world.machines.onMachine(place, '', run))).isDirectory(), true)
    program.close()
  })

  test('without room is reported as full: nothing is handed out until it has room again', async () => {
    await world.finished(run)
    const crowded = await world.program({ reserveBytes: 1e15 })
    await crowded.once(never)
    await world.stages()
    assert.deepEqual([crowded.sums.noSpace, await world.needs()], [1, ['installation installation library-full']])
    assert.deepEqual([await claim('other'), await world.fates()], [[], { [run]: 'batched' }])
    crowded.close()
    await rm(join(world.machines.library, 'incoming'), { recursive: true, force: true })
    // The run needed so much that only a person can know better.
    await world.ledger.write(tx => tx.deleteFrom('installation').where('key', '=', 'library_need').execute())
    const roomy = await world.program()
    await world.stages()
    await roomy.once(never)
    await world.stages()
    assert.deepEqual([await world.needs(), await world.fates()], [[], { [run]: 'delivered, removed' }])
    roomy.close()
  })

  test('takes nothing in outside its hours, while reports and removals go on', async () => {
    await world.finished(run)
    const day = await world.program({ window: '09:00-17:00' })
    await day.visitor.visit()
    await day.transfers.drained()
    await world.stages()
    day.close()
    await world.finished('ERR1000002')
    const night = await world.program({ window: '19:00-07:00' })
    await night.once(never)
    assert.deepEqual(await world.fates(), { [run]: 'delivered, removed', ERR1000002: 'batched' })
    world.nowMs += 7 * 3_600_000
    await night.once(never)
    assert.deepEqual(await world.fates(), { [run]: 'delivered, removed', ERR1000002: 'delivered, removed' })
    night.close()
  })
})
