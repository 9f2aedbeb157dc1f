import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, link, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { formatManifest } from '../manifest.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import type { AttemptPlace } from '../collector.ts'
import {
  deliveryPath,
  resultFiles,
  run,
  shape,
  withLibraryOverSsh,
  type LibraryAndMachines,
} from './testing/library-and-machines.ts'
import { assertNothingTaken, assertPlainModes, outside } from './testing/nothing-taken.ts'

type Prepare = (all: LibraryAndMachines, place: AttemptPlace) => Promise<unknown>

const mayPass = 'failed, may pass'
const needsPerson = 'failed, needs a person'

/** A manifest of honest files and one more with any path. */
function withPath(path: string): string {
  return formatManifest(manifestOf({ ...resultFiles, [path]: 'x' }))
}

/** What may lie on a hostile machine behind ssh, and what must come of it. */
const corpus: Record<string, [string, Prepare]> = {
  'a path that leads out of the folder': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('../../boot.json'))],
  'a path that leads out of the folder by its middle': [
    needsPerson,
    (all, at) => all.handOverAs(at, resultFiles, withPath('a/../../../x')),
  ],
  'an absolute path': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('/etc/cron.d/x'))],
  'a name with an escape for terminals': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('bell\u001b[2J'))],
  'a name that changes the direction of reading': [
    needsPerson,
    (all, at) => all.handOverAs(at, resultFiles, withPath('a\u202eb')),
  ],
  'a name with a newline': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('a\nb'))],
  'a name that rsync keeps for itself': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('.rsync-partial/x'))],
  'names that differ by case alone': [needsPerson, (all, at) => all.handOver(at, { 'A.fasta': 'x', 'a.fasta': 'y' })],
  'a folder and a file that differ by case alone': [needsPerson, (all, at) => all.handOver(at, { 'A/x': 'x', a: 'y' })],
  'a name of three hundred letters': [needsPerson, (all, at) => all.handOverAs(at, resultFiles, withPath('x'.repeat(300)))],
  'a receipt of its own making': [needsPerson, (all, at) => all.handOver(at, { ...resultFiles, 'receipt.json': '{}' })],
  'files of nothing': [needsPerson, (all, at) => all.handOver(at, { 'assembly/contigs.fasta': '' })],
  'more files promised than a result has': [
    needsPerson,
    (all, at) => all.handOverAs(at, resultFiles, `# 1 bytes\n${'0'.repeat(64)}  x\n`.repeat(10_001)),
  ],
  'a manifest of a terabyte': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      await truncate(all.onMachine(at, 'manifest.sha256'), 1e12)
    },
  ],
  'a manifest that is a FIFO without a writer': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      await rm(all.onMachine(at, 'manifest.sha256'))
      execFileSync('mkfifo', [all.onMachine(at, 'manifest.sha256')])
    },
  ],
  'a manifest that is a folder': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      await rm(all.onMachine(at, 'manifest.sha256'))
      await mkdir(all.onMachine(at, 'manifest.sha256'))
    },
  ],
  'a manifest that is not UTF-8': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      await writeFile(all.onMachine(at, 'manifest.sha256'), Buffer.from(`# 1 bytes\n${'0'.repeat(64)}  \xff\xfe\n`, 'latin1'))
    },
  ],
  'a FIFO among the results': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at, resultFiles, manifestOf({ ...resultFiles, pipe: 'x' }))
      execFileSync('mkfifo', [all.onMachine(at, 'pipe')])
    },
  ],
  'a folder in the place of a file': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at, resultFiles, manifestOf({ ...resultFiles, folder: 'x' }))
      await mkdir(all.onMachine(at, 'folder'))
    },
  ],
  'a million files beside its results': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      // As many as the listing may have, and some: the bound is the same for a million.
      execFileSync('sh', ['-c', 'mkdir more; cd more; seq 31000 | xargs touch'], { cwd: all.onMachine(at) })
    },
  ],
  'a file that is larger than its manifest says': [
    mayPass,
    async (all, at) => {
      await all.handOver(at)
      await truncate(all.onMachine(at, 'reads/r_1.fastq.gz'), 1e12)
    },
  ],
  'a file that is smaller than its manifest says': [
    mayPass,
    async (all, at) => {
      await all.handOver(at)
      await truncate(all.onMachine(at, 'reads/r_1.fastq.gz'), 2)
    },
  ],
  'a file that is missing': [
    mayPass,
    async (all, at) => {
      await all.handOver(at)
      await rm(all.onMachine(at, 'reads/r_1.fastq.gz'))
    },
  ],
  'a link that leads nowhere': [
    mayPass,
    async (all, at) => {
      await all.handOver(at)
      await rm(all.onMachine(at, 'reads/r_1.fastq.gz'))
      await symlink('nowhere', all.onMachine(at, 'reads/r_1.fastq.gz'))
    },
  ],
  'another content than its manifest says': [
    needsPerson,
    async (all, at) => {
      await all.handOver(at)
      await writeFile(all.onMachine(at, 'reads/r_1.fastq.gz'), 'READS ONE')
    },
  ],
  'holes of a terabyte that it promises': [
    needsPerson,
    async (all, at) => {
      const lie = manifestOf(resultFiles).map(file => ({ ...file, bytes: 1e12 }))
      await all.handOver(at, resultFiles, lie)
      for (const { path } of lie) await truncate(all.onMachine(at, path), 1e12)
    },
  ],
}

suite('a hostile machine behind ssh', () => {
  for (const [name, [outcome, prepare]] of Object.entries(corpus)) {
    test(
      `gains nothing with ${name}`,
      withLibraryOverSsh(async (all, place) => {
        await prepare(all, place)
        const before = await outside(all)
        const collected = await all.collector.collect(place, run)
        assert.equal(shape(collected), outcome, JSON.stringify(collected))
        await assertNothingTaken(all, place, collected, before)
      }),
    )
  }

  test(
    'gives nothing of ours away through its links: what they lead to is read on the machine',
    withLibraryOverSsh(async (all, place) => {
      const work = join(all.folderOf(place), 'work')
      await mkdir(work)
      await writeFile(join(work, 'contigs.fasta'), resultFiles['assembly/contigs.fasta'])
      await all.handOver(place)
      await rm(all.onMachine(place, 'assembly'), { recursive: true })
      await symlink(work, all.onMachine(place, 'assembly'))
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
      await assertPlainModes(all)
    }),
  )

  test(
    'does not pass on its modes, its names on the disk or its attributes: files are stored as set',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      await chmod(all.onMachine(place, 'reads/r_1.fastq.gz'), 0o6777)
      await chmod(all.onMachine(place, 'reads'), 0o2777)
      await link(all.onMachine(place, 'versions.json'), join(all.folderOf(place), 'second-name'))
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      await assertPlainModes(all)
      await writeFile(join(all.folderOf(place), 'second-name'), '{"skesa": "9.9"}\n')
      assert.deepEqual(await all.stored(deliveryPath), resultFiles)
    }),
  )

  test(
    'is not believed when its manifest changes between two looks: the announced one counts',
    withLibraryOverSsh(async (all, place) => {
      const manifestSha256 = await all.handOver(place)
      const other = { ...resultFiles, 'reads/r_1.fastq.gz': 'reads two' }
      await writeFile(all.onMachine(place, 'reads/r_1.fastq.gz'), 'reads two')
      await writeFile(all.onMachine(place, 'manifest.sha256'), formatManifest(manifestOf(other)))
      const before = await outside(all)
      const collected = await all.collector.collect(place, { ...run, manifestSha256 })
      assert.equal(shape(collected), needsPerson)
      await assertNothingTaken(all, place, collected, before)
    }),
  )

  test(
    'is not believed when its manifest changes after it was read: what came is proved by what was read',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      const before = await outside(all)
      const swap = all.newCollector({
        effect: name => {
          if (name !== 'collector: incoming folder made') return
          execFileSync('sh', ['-c', 'echo lie >reads/r_1.fastq.gz; echo lie >manifest.sha256'], { cwd: all.onMachine(place) })
        },
      })
      const collected = await swap.collect(place, run)
      assert.match(shape(collected), /^failed/)
      await assertNothingTaken(all, place, collected, before)
    }),
  )

  test(
    'has what it swapped for a link after it was looked at copied as what it is: proved, or not stored',
    withLibraryOverSsh(async (all, place) => {
      await writeFile(join(all.folderOf(place), 'secret'), 'a secret')
      await all.handOver(place, { ...resultFiles, trap: 'no secret' })
      const before = await outside(all)
      const swap = all.newCollector({
        effect: name => {
          if (name === 'collector: incoming folder made')
            execFileSync('ln', ['-sf', join(all.folderOf(place), 'secret'), all.onMachine(place, 'trap')])
        },
      })
      const collected = await swap.collect(place, run)
      assert.match(shape(collected), /^failed/)
      await assertNothingTaken(all, place, collected, before)
      assert.equal((await readFile(join(all.folderOf(place), 'secret'), 'utf8')).length, 8)
    }),
  )
})

suite('devices on a machine behind ssh', () => {
  const skip = process.getuid?.() !== 0 && 'needs root to make a device'
  test('are no results, whatever the manifest says of them', { skip }, () =>
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place, resultFiles, manifestOf({ ...resultFiles, zero: 'x' }))
      execFileSync('mknod', [all.onMachine(place, 'zero'), 'c', '1', '5'])
      await rename(all.onMachine(place, 'zero'), all.onMachine(place, 'zero'))
      const before = await outside(all)
      const collected = await all.collector.collect(place, run)
      assert.equal(shape(collected), needsPerson)
      await assertNothingTaken(all, place, collected, before)
    })(),
  )
})
