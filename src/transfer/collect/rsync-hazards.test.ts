import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { appendFile, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test } from 'node:test'
import { defaultRsync } from '../rsync.ts'
import { LibraryAndMachines, deliveryPath, resultFiles, run, shape, withLibrary } from './testing/library-and-machines.ts'

const large = { 'reads/r_1.fastq.gz': 'x'.repeat(2_000_000), 'reads/r_2.fastq.gz': 'y'.repeat(2_000_000) }

/** An rsync that is ours with something in front. */
async function wrapped(all: LibraryAndMachines, before: string): Promise<typeof defaultRsync> {
  const command = join(all.root, 'wrapped-rsync')
  await writeFile(command, `#!/bin/sh\n${before}\n`, { mode: 0o755 })
  return { ...defaultRsync, command }
}

/*
 * What rsync alone does with each of these, tried with 3.5.0, stands beside the test.
 */
suite('the hazards of rsync', () => {
  test(
    'an empty source is not collected (rsync: success)',
    withLibrary(async (all, place) => {
      await mkdir(all.onMachine(place))
      assert.equal(shape(await all.collector.collect(place, run)), 'not-yet')
      assert.equal(shape(await all.collector.collect(place, { ...run, manifestSha256: 'a'.repeat(64) })), 'failed, may pass')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
    }),
  )

  test(
    'a file that is still being written is not collected, and nothing of it is removed (rsync: success, and the source is gone)',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const path = all.onMachine(place, 'reads/r_1.fastq.gz')
      await writeFile(path, 'reads')
      assert.equal(shape(await all.collector.collect(place, run)), 'failed, may pass')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      await appendFile(path, ' one')
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a file that changes during its transfer is not stored (rsync: a torn copy under the final name)',
    withLibrary(async (all, place) => {
      await all.handOver(place, large)
      const path = all.onMachine(place, 'reads/r_1.fastq.gz')
      const incoming = all.atHome(`incoming/${place.attemptId}/${run.runAccession}/reads`)
      const change = `until ls -A '${incoming}' 2>/dev/null | grep -q r_1; do sleep 0.02; done; printf z | dd of='${path}' bs=1 seek=1999999 conv=notrunc`
      const rsync = await wrapped(all, `(${change}) >/dev/null 2>&1 & rsync --bwlimit=2m "$@"; s=$?; wait; exit $s`)
      const outcome = shape(await all.newCollector({ rsync }).collect(place, run))
      assert.match(outcome, /^failed/)
      assert.deepEqual(await all.stored('runs'), {})
    }),
  )

  test(
    'an unreadable file among several leaves the run uncollected, and the next try is whole (rsync: the others are already moved)',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      // Root reads everything, so the copy without one file is made by an rsync that is told to leave it out.
      const rsync = await wrapped(all, `rsync --exclude=contigs.fasta "$@"; exit 23`)
      assert.equal(shape(await all.newCollector({ rsync }).collect(place, run)), 'failed, may pass')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a stale file of the same size and time in incoming is replaced (rsync without --checksum: kept, and the source is gone)',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const stale = all.atHome(`incoming/${place.attemptId}/${run.runAccession}/reads/r_1.fastq.gz`)
      await mkdir(join(stale, '..'), { recursive: true })
      await writeFile(stale, 'READS ONE')
      const { atime, mtime } = await stat(all.onMachine(place, 'reads/r_1.fastq.gz'))
      await utimes(stale, atime, mtime)
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'links in the place of results are not collected (rsync -a: copied as links, and dead with the machine)',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await mkdir(join(place.address, 'work'))
      await writeFile(join(place.address, 'work/r_1.fastq.gz'), 'reads one')
      await rm(all.onMachine(place, 'reads/r_1.fastq.gz'))
      await symlink(join(place.address, 'work/r_1.fastq.gz'), all.onMachine(place, 'reads/r_1.fastq.gz'))
      assert.equal(shape(await all.collector.collect(place, run)), 'failed, needs a person')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
    }),
  )

  test(
    'a success of rsync that brought nothing is not believed',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const rsync = await wrapped(all, 'cat >/dev/null; exit 0')
      assert.equal(shape(await all.newCollector({ rsync }).collect(place, run)), 'failed, may pass')
      assert.deepEqual(await all.stored('runs'), {})
    }),
  )

  test(
    'a success of rsync that brought other bytes is not believed, and passes',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const incoming = all.atHome(`incoming/${place.attemptId}/${run.runAccession}`)
      const rsync = await wrapped(all, `rsync "$@"; s=$?; printf 'reads two' >'${incoming}/reads/r_1.fastq.gz'; exit $s`)
      assert.equal(shape(await all.newCollector({ rsync }).collect(place, run)), 'failed, may pass')
      assert.deepEqual([await all.stored('runs'), await all.incoming()], [{}, []])
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
    }),
  )

  test(
    'an interrupted transfer stores nothing, keeps what it has, and the next one goes on',
    withLibrary(async (all, place) => {
      await all.handOver(place, large)
      const pidFile = join(all.root, 'pid')
      const rsync = await wrapped(all, `echo $$ >'${pidFile}'; exec rsync --bwlimit=1000 "$@"`)
      const collecting = all.newCollector({ rsync }).collect(place, run)
      while (!(await all.incoming()).some(path => /\.r_1\.fastq\.gz\./.test(path))) await sleep(10)
      process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGTERM')
      assert.equal(shape(await collecting), 'failed, may pass')
      assert.deepEqual(await all.stored('runs'), {})
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), large)
      assert.deepEqual(await all.incoming(), [])
    }),
  )

  test(
    'an rsync that outlives its collector cannot touch what is proved, though it still works in the folder that it was given',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      const reads = all.atHome(`incoming/${place.attemptId}/${run.runAccession}/reads`)
      await mkdir(reads, { recursive: true })
      const [go, done] = [join(all.root, 'go'), join(all.root, 'done')]
      // As rsync does it: in its folder, by name, a new file in the place of the old one.
      const late = `until [ -e '${go}' ]; do sleep 0.01; done; echo lie >late; mv late r_1.fastq.gz; touch '${done}'`
      const orphan = spawn('sh', ['-c', late], { cwd: reads, stdio: 'ignore' })
      const collector = all.newCollector({
        effect: name => {
          if (name === 'collector: verified')
            execFileSync('sh', ['-c', `touch '${go}'; until [ -e '${done}' ]; do sleep 0.01; done`])
        },
      })
      assert.equal(shape(await collector.collect(place, run)), 'proved')
      assert.equal(orphan.pid === undefined, false)
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a source that is removed by somebody else is no failure of removing',
    withLibrary(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      const removing = all.newCollector({
        effect: name => {
          if (name === 'collector: sources removed') execFileSync('rm', ['-rf', all.onMachine(place)])
        },
      })
      await removing.remove(place, run.runAccession).catch(() => undefined)
      assert.deepEqual(await all.collector.remove(place, run.runAccession), { kind: 'removed' })
    }),
  )
})

suite('a full disk', () => {
  const skip = process.getuid?.() !== 0 && 'needs root to mount a small file system'

  async function withSmallDisk(act: (all: LibraryAndMachines, small: string) => Promise<void>): Promise<void> {
    const all = await LibraryAndMachines.open()
    const small = join(all.root, 'small')
    await mkdir(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small])
    try {
      await act(all, small)
    } finally {
      execFileSync('umount', [small])
      await all.close()
    }
  }

  test('is seen before anything is copied', { skip }, () =>
    withSmallDisk(async (all, small) => {
      const place = await all.newPlace()
      await all.handOver(place, large)
      const collector = all.newCollector({ libraryFolder: join(small, 'library'), reserveBytes: 0 })
      assert.equal(shape(await collector.collect(place, run)), 'no-space')
      assert.ok((await collector.freeBytes()) < 4_000_000)
    }),
  )

  test('is respected with the bytes that must stay free', { skip }, () =>
    withSmallDisk(async (all, small) => {
      const place = await all.newPlace()
      await all.handOver(place)
      const collector = (reserveBytes: number) => all.newCollector({ libraryFolder: join(small, 'library'), reserveBytes })
      assert.equal(shape(await collector(4_000_000).collect(place, run)), 'no-space')
      assert.equal(shape(await collector(1_000_000).collect(place, run)), 'proved')
    }),
  )

  test('that fills up on the way stores nothing, removes nothing, and the next try goes on', { skip }, () =>
    withSmallDisk(async (all, small) => {
      const place = await all.newPlace()
      const files = { 'reads/r_1.fastq.gz': 'x'.repeat(1_000_000), 'reads/r_2.fastq.gz': 'y'.repeat(1_000_000) }
      await all.handOver(place, files)
      const filler = join(small, 'filler')
      const rsync = await wrapped(all, `head -c 1500000 /dev/zero >'${filler}'; exec rsync "$@"`)
      const full = all.newCollector({ libraryFolder: join(small, 'library'), reserveBytes: 0, rsync })
      assert.equal(shape(await full.collect(place, run)), 'no-space')
      for await (const stored of full.stored()) assert.fail(stored.deliveryId)
      assert.equal((await stat(all.onMachine(place, 'reads/r_2.fastq.gz'))).size, 1_000_000)
      await rm(filler)
      const again = all.newCollector({ libraryFolder: join(small, 'library'), reserveBytes: 0 })
      assert.equal(shape(await again.collect(place, run)), 'proved')
      assert.equal((await stat(join(small, 'library', deliveryPath, 'reads/r_2.fastq.gz'))).size, 1_000_000)
    }),
  )
})
