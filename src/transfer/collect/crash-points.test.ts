import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { AttemptPlace } from '../collector.ts'
import { LibraryAndMachines, resultFiles, run, shape } from './testing/library-and-machines.ts'

const collectAndDie = fileURLToPath(new URL('testing/collect-and-die.ts', import.meta.url))
const owed = { ...run, taxIds: [562, 561] }
/** More than any act has. */
const mostEffects = 30

/** A daemon of its own that is killed after so many effects. */
function dieAfter(effects: number, all: LibraryAndMachines, act: 'collect' | 'remove', place: AttemptPlace) {
  const args = [collectAndDie, all.library, String(effects), act, JSON.stringify(place), JSON.stringify(owed)]
  const { signal, stdout, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return { wasKilled: signal === 'SIGKILL', effects: stdout.trim().split('\n') }
}

/** Every delivery that the library claims to have is whole, at any moment. */
async function assertWhole(all: LibraryAndMachines): Promise<void> {
  for await (const stored of all.collector.stored()) assert.deepEqual(await all.stored(stored.proved.relativePath), resultFiles)
  assert.deepEqual(all.warnings, [])
}

suite('a daemon that is killed', () => {
  test('after any effect of collecting leaves nothing half-stored, and the next one ends as if nothing had been', async () => {
    const met = new Set<string>()
    for (let effects = 1; effects < mostEffects; effects++) {
      const all = await LibraryAndMachines.open()
      const place = await all.newPlace()
      const manifestSha256 = await all.handOver(place)
      const died = dieAfter(effects, all, 'collect', place)
      await assertWhole(all)
      assert.equal(shape(await all.collector.collect(place, { ...owed, manifestSha256 })), 'proved', died.effects.at(-1))
      assert.deepEqual([await all.stored(), await all.incoming()], [resultFiles, []], died.effects.at(-1))
      for (const link of ['runs/ERR100/ERR1000001/assemble', 'by-taxon/562/ERR1000001', 'by-taxon/561/ERR1000001']) {
        assert.equal(await all.linkedDelivery(link), 'delivery0001', link)
      }
      await assertWhole(all)
      await all.close()
      for (const effect of died.effects) met.add(effect)
      if (!died.wasKilled) break
      assert.ok(effects < mostEffects - 1, 'it never came to an end')
    }
    assert.deepEqual(
      [...met],
      [
        'collector: incoming folder made',
        'collector: files copied',
        'collector: files set aside',
        'collector: verified',
        'collector: receipt written',
        'collector: moved into the library',
        'collector: recipe linked',
        'collector: taxon linked',
      ],
    )
  })

  test('after any effect of removing leaves what the next one removes, and the library as it was', async () => {
    for (let effects = 1; effects < mostEffects; effects++) {
      const all = await LibraryAndMachines.open()
      const place = await all.newPlace()
      await all.handOver(place)
      await all.collector.collect(place, owed)
      const died = dieAfter(effects, all, 'remove', place)
      assert.deepEqual(await all.collector.remove(place, run.runAccession), { kind: 'removed' })
      assert.deepEqual(await readdir(join(place.address, 'results')), [])
      assert.deepEqual(await all.stored(), resultFiles)
      await all.close()
      if (!died.wasKilled) return
    }
    assert.fail('it never came to an end')
  })

  test('leaves in incoming only what can be cleared without touching the library', async () => {
    const all = await LibraryAndMachines.open()
    const [place, other] = [await all.newPlace(), await all.newPlace()]
    await all.handOver(other)
    await all.collector.collect(other, owed)
    await all.handOver(place)
    const args = { ...owed, deliveryId: 'delivery0002' }
    // Killed after the third effect: the files are set aside, and not yet proved.
    const call = [collectAndDie, all.library, '3', 'collect', JSON.stringify(place), JSON.stringify(args)]
    spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', ...call])
    assert.notDeepEqual(await all.incoming(), [])
    await all.collector.clearIncoming(place.attemptId)
    assert.deepEqual([await all.incoming(), await all.stored()], [[], resultFiles])
    await all.close()
  })
})
