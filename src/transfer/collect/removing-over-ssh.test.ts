import assert from 'node:assert/strict'
import { chmod, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { suite, test } from 'node:test'
import { formatManifest } from '../manifest.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import type { AttemptPlace } from '../collector.ts'
import { deliveryPath, resultFiles, run, withLibraryOverSsh, type LibraryAndMachines } from './testing/library-and-machines.ts'

const removed = { kind: 'removed' }

/** Files that are left of the run on its machine. */
async function left(all: LibraryAndMachines, place: AttemptPlace): Promise<string[]> {
  const entries = await readdir(all.onMachine(place), { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name))
  return files.map(path => relative(all.onMachine(place), path)).sort()
}

/** A run that is proved at home, and still lies on its machine. */
function whenStored(act: (all: LibraryAndMachines, place: AttemptPlace) => Promise<void>, files = resultFiles) {
  return withLibraryOverSsh(async (all, place) => {
    await all.handOver(place, files)
    await all.collector.collect(place, run)
    await act(all, place)
    assert.deepEqual(await all.stored(), files)
  })
}

suite('removing sources over ssh', () => {
  test(
    'removes what is at home byte for byte, the manifest last, and twice is the same as once',
    whenStored(async (all, place) => {
      assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
      assert.deepEqual(await left(all, place), [])
      assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
    }),
  )

  test('removes empty files too', () => {
    const files = { ...resultFiles, 'assembly/warnings.txt': '' }
    return whenStored(async (all, place) => {
      assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
      assert.deepEqual(await left(all, place), [])
    }, files)()
  })

  const changes: Record<string, { change: (all: LibraryAndMachines, place: AttemptPlace) => Promise<void>; stays: string }> = {
    'has grown': {
      change: (all, place) => writeFile(all.onMachine(place, 'assembly/contigs.fasta'), '>more', { flag: 'a' }),
      stays: 'assembly/contigs.fasta',
    },
    'has another content of the same size': {
      change: (all, place) => writeFile(all.onMachine(place, 'reads/r_1.fastq.gz'), 'reads 0ne'),
      stays: 'reads/r_1.fastq.gz',
    },
    'was emptied': {
      change: (all, place) => writeFile(all.onMachine(place, 'reads/r_1.fastq.gz'), ''),
      stays: 'reads/r_1.fastq.gz',
    },
    'came later': { change: (all, place) => writeFile(all.onMachine(place, 'late'), 'x'), stays: 'late' },
    'is a link that leads nowhere': { change: (all, place) => symlink('nowhere', all.onMachine(place, 'link')), stays: 'link' },
  }
  for (const [name, { change, stays }] of Object.entries(changes)) {
    test(
      `leaves what ${name}, with the manifest, and never takes it for the proved copy`,
      whenStored(async (all, place) => {
        await change(all, place)
        const outcome = await all.collector.remove(place, run.runAccession)
        assert.equal(outcome.kind, 'left', JSON.stringify(outcome))
        const files = await left(all, place)
        assert.ok(files.includes(stays) && files.includes('manifest.sha256'), String(files))
        await rm(all.onMachine(place, stays))
        assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
      }),
    )
  }

  test(
    'leaves a manifest that is not the one that was proved',
    whenStored(async (all, place) => {
      await writeFile(all.onMachine(place, 'manifest.sha256'), formatManifest(manifestOf({ other: 'x' })))
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.deepEqual(await left(all, place), ['manifest.sha256'])
    }),
  )

  test(
    'leaves everything when the copy in the library is not what its receipt says',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      const home = all.atHome(`${deliveryPath}/reads/r_1.fastq.gz`)
      await chmod(home, 0o600)
      await writeFile(home, 'reads two')
      await writeFile(all.onMachine(place, 'reads/r_1.fastq.gz'), 'reads two')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.equal(await readFile(all.onMachine(place, 'reads/r_1.fastq.gz'), 'utf8'), 'reads two')
    }),
  )

  test(
    'removes a surplus copy of another attempt when it is the same, and leaves it when it is not',
    whenStored(async (all, place) => {
      const [same, other] = [await all.newPlace(), await all.newPlace()]
      await all.handOver(same)
      await all.handOver(other, { ...resultFiles, 'reads/r_1.fastq.gz': 'reads two' })
      assert.deepEqual(await all.collector.remove(same, run.runAccession), removed)
      assert.equal((await all.collector.remove(other, run.runAccession)).kind, 'left')
      assert.deepEqual(await left(all, other), ['manifest.sha256', 'reads/r_1.fastq.gz'])
      assert.equal((await left(all, place)).length, 4)
    }),
  )

  test(
    'says of a machine that cannot be reached that it may answer later, and removes nothing',
    whenStored(async (all, place) => {
      await assert.rejects(all.collector.remove({ ...place, address: 'elsewhere' }, run.runAccession), { code: 'unreachable' })
      assert.equal((await left(all, place)).length, 4)
    }),
  )
})
