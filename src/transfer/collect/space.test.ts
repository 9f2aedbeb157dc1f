import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { inScratchFolder } from '../testing/scratch-folder.ts'
import { figureName } from './library-bytes.ts'
import { spaceOf } from './space.ts'
import { deliveryPath, run, shape, withLibrary } from './testing/library-and-machines.ts'

const minuteMs = 60_000
const dayMs = 1440 * minuteMs

suite('the quota of a library', () => {
  test(
    'is kept: what would go beyond it is not begun, and what is free says so',
    withLibrary(async (all, place) => {
      await all.handOver(place, { 'reads/r.gz': 'x'.repeat(5000) })
      const collector = all.newCollector({ quotaBytes: 9000 })
      assert.equal(await collector.freeBytes(), 9000)
      assert.equal(shape(await collector.collect(place, run)), 'proved')
      assert.equal(await collector.freeBytes(), 4000)
      const second = await all.newPlace()
      await all.handOver(second, { 'reads/r.gz': 'x'.repeat(5000) })
      const collected = await collector.collect(second, { ...run, deliveryId: 'delivery0002' })
      assert.deepEqual(collected.kind === 'no-space' && collected.neededFreeBytes, 5000, JSON.stringify(collected))
      assert.match(JSON.stringify(collected), /the quota of the library is 9000/)
      assert.deepEqual(await all.incoming(), [second.attemptId, `${second.attemptId}/${run.runAccession}`])
    }),
  )

  test(
    'lets a transfer begin once a person has made room',
    withLibrary(async (all, place) => {
      let at = Date.parse('2026-01-02T03:04:05Z')
      const collector = all.newCollector({ quotaBytes: 9000, clock: () => new Date(at) })
      await all.handOver(place, { 'reads/r.gz': 'x'.repeat(5000) })
      await collector.collect(place, run)
      const second = await all.newPlace()
      await all.handOver(second, { 'reads/r.gz': 'x'.repeat(5000) })
      const owed = { ...run, deliveryId: 'delivery0002' }
      await rm(all.atHome(deliveryPath), { recursive: true })
      // A full library is not walked at every try.
      assert.equal(shape(await collector.collect(second, owed)), 'no-space')
      at += 11 * minuteMs
      assert.equal(shape(await collector.collect(second, owed)), 'proved')
    }),
  )

  test('is measured by a figure that runs along, outlives the program, and is counted anew once a day', () =>
    inScratchFolder(async folder => {
      let nowMs = dayMs
      const open = () => spaceOf({ folder, reserveBytes: 0, quotaBytes: 1000, nowMs: () => nowMs })
      await mkdir(join(folder, 'runs/ERR100'), { recursive: true })
      await writeFile(join(folder, 'runs/ERR100/x'), 'x'.repeat(100))
      assert.equal(await open().freeBytes(), 900)
      await writeFile(join(folder, 'runs/ERR100/y'), 'x'.repeat(200))
      const space = open()
      assert.equal(await space.freeBytes(), 900)
      await Promise.all([space.stored(10), space.stored(20), space.stored(30)])
      assert.equal(await open().freeBytes(), 840)
      nowMs += dayMs
      assert.equal(await space.freeBytes(), 700)
      await writeFile(join(folder, figureName), 'broken')
      assert.equal(await open().freeBytes(), 700)
    }))

  test('is not measured by a figure from a clock that was ahead', () =>
    inScratchFolder(async folder => {
      await writeFile(join(folder, figureName), JSON.stringify({ bytes: 999, countedAtMs: 5 * dayMs }))
      const space = spaceOf({ folder, reserveBytes: 0, quotaBytes: 1000, nowMs: () => dayMs })
      assert.equal(await space.freeBytes(), 1000)
    }))
})

suite('transfers at the same time', () => {
  test('share what is free: the second is refused what the first will still bring, and gets it afterwards', () =>
    inScratchFolder(async folder => {
      const space = spaceOf({ folder, reserveBytes: 100, quotaBytes: 1000, nowMs: () => 0 })
      const place = async (name: string, bytes: number) => {
        await mkdir(join(folder, name))
        return { folder: join(folder, name), bytes }
      }
      const [first, second] = [await place('first', 600), await place('second', 600)]
      let wasRefused = false
      await space.keep(first, async () => {
        await assert.rejects(
          space.keep(second, async () => undefined),
          { code: 'no-space', message: /1200 are needed, and 100 must stay free/ },
        )
        wasRefused = true
        // What has come is on the disk; only the rest is still promised.
        await writeFile(join(first.folder, 'x'), 'x'.repeat(500))
        await space.keep({ ...second, bytes: 800 }, async () => undefined)
      })
      assert.ok(wasRefused)
      await space.keep(second, async () => undefined)
    }))
})
