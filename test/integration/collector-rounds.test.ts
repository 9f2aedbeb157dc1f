import assert from 'node:assert/strict'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { CollectorWorld } from './collector-world.ts'

const never = new AbortController().signal
const run = 'ERR1000001'

suite('a collector on a host of its own', () => {
  let world: CollectorWorld
  beforeEach(async () => {
    world = await CollectorWorld.open()
  })
  afterEach(() => world.close())

  test('brings home what is ready, proves and reports it, and removes its sources', async () => {
    const place = await world.finished(run, 'ERR1000002')
    const other = await world.finished('ERR1000003')
    const program = await world.program()
    await program.once(never)
    const done = 'delivered, removed'
    assert.deepEqual(await world.fates(), { [run]: done, ERR1000002: done, ERR1000003: done })
    assert.deepEqual(await world.atHome(), ['d-ERR1000001', 'd-ERR1000002', 'd-ERR1000003'])
    assert.deepEqual([await readdir(join(place.address, 'results')), await readdir(join(other.address, 'results'))], [[], []])
    assert.equal(await world.machines.linkedDelivery(`by-taxon/562/${run}`), `d-${run}`)
    assert.deepEqual([world.warnings, program.sums], [[], { stored: 3, failed: 0, noSpace: 0 }])
    program.close()
  })

  test('that is ended in the middle of a transfer blames no run for it', async () => {
    const place = await world.finished(run)
    await rm(world.machines.onMachine(place, 'a/contigs.fasta', run))
    const program = await world.program()
    await program.visitor.visit()
    program.transfers.stop()
    await program.transfers.drained()
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'batched' })
    program.close()
    const next = await world.program()
    await next.once(never)
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'batched, 1 failures' })
    next.close()
  })

  test('brings home in its next life what a broken-off transfer left half-way', async () => {
    const place = await world.finished(run)
    const folder = world.machines.onMachine(place, 'a', run)
    await rename(folder, `${folder}.away`)
    const program = await world.program()
    await program.once(never)
    await rename(`${folder}.away`, folder)
    world.nowMs += 60_000
    await world.stages()
    world.nowMs += 60_000
    await program.once(never)
    await world.stages()
    assert.deepEqual(await world.fates(), { [run]: 'delivered, removed' })
    program.close()
  })

  test('is named in the receipts, and keeps its notes, key and name in a folder that is its own alone', async () => {
    await world.finished(run)
    const program = await world.program()
    await program.once(never)
    const { collector } = await world.ledger.read.selectFrom('receipts').select('collector').executeTakeFirstOrThrow()
    assert.equal(collector, program.name)
    const state = join(world.machines.library, '.collector')
    assert.equal((await stat(state)).mode & 0o777, 0o700)
    assert.deepEqual(await readdir(join(state, 'open')), [])
    program.close()
    const again = await world.program()
    assert.deepEqual([again.name, again.keys.isNew, again.keys.publicKey], [program.name, false, program.keys.publicKey])
    assert.deepEqual([program.keys.isNew, /^ssh-ed25519 /.test(program.keys.publicKey)], [true, true])
    again.close()
  })
})
