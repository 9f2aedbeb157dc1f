import assert from 'node:assert/strict'
import { chmod, stat } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { deliveryPath, type LibraryAndMachines, run, shape, withLibrary } from './testing/library-and-machines.ts'
import { rightsOf } from './rights.ts'

/** Modes of what a delivery with these rights comes to, as four digits. */
async function modesWith(all: LibraryAndMachines, fileMode: number | undefined): Promise<string[]> {
  const place = await all.newPlace()
  await all.handOver(place)
  await chmod(all.onMachine(place, 'reads/r_1.fastq.gz'), 0o6777)
  const collector = all.newCollector({ fileMode })
  assert.equal(shape(await collector.collect(place, { ...run, taxIds: [562] })), 'proved')
  const paths = ['', 'runs', 'runs/ERR100', 'by-taxon/562', deliveryPath, `${deliveryPath}/reads`]
  const files = ['reads/r_1.fastq.gz', 'manifest.sha256', 'receipt.json'].map(path => `${deliveryPath}/${path}`)
  const found = []
  for (const path of [...paths, ...files]) found.push(((await stat(all.atHome(path))).mode & 0o7777).toString(8))
  return [...new Set(found)]
}

suite('mode and group of what is stored', () => {
  test(
    'are for everybody to read when nothing is set, whatever the machine says and whatever our umask is',
    withLibrary(async all => {
      const before = process.umask(0o077)
      try {
        assert.deepEqual(await modesWith(all, undefined), ['755', '444'])
      } finally {
        process.umask(before)
      }
    }),
  )

  test(
    'are for a group alone when that is set, folders too',
    withLibrary(async all => assert.deepEqual(await modesWith(all, 0o440), ['750', '440'])),
  )

  for (const mode of [0o755, 0o4444, 0o1444, 0o044, -1, 0.5, 0o10444]) {
    test(`cannot be ${mode.toString(8)}`, () => {
      assert.throws(() => rightsOf(mode, undefined), { code: 'bad-input' })
    })
  }

  const skip = process.getuid?.() !== 0 && 'needs root to give files to another group'
  test('give every file and folder to the group that is set', { skip }, () =>
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const collector = all.newCollector({ group: '12345' })
      assert.equal(shape(await collector.collect(place, { ...run, taxIds: [562] })), 'proved')
      for (const path of [
        '',
        'runs/ERR100',
        'by-taxon/562',
        deliveryPath,
        `${deliveryPath}/reads/r_1.fastq.gz`,
        `${deliveryPath}/receipt.json`,
      ])
        assert.equal((await stat(all.atHome(path))).gid, 12345, path)
    })(),
  )

  test(
    'need a group that there is: without it nothing is stored, and a person hears of it',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const collected = await all.newCollector({ group: 'no-such-group-here' }).collect(place, run)
      assert.equal(shape(collected), 'failed, needs a person')
      assert.match(JSON.stringify(collected), /there is no group/)
      assert.deepEqual(await all.stored('runs'), {})
    }),
  )
})
