import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test } from 'node:test'
import { LibraryAndMachines, resultFiles, run, shape, withLibraryOverSsh } from './testing/library-and-machines.ts'
import { writeHostile } from './testing/ssh-stand-in.ts'

const large = { 'reads/r_1.fastq.gz': 'x'.repeat(3_000_000), 'reads/r_2.fastq.gz': 'y'.repeat(2_000_000) }
const removed = { kind: 'removed' }

/** A stand-in for ssh that does something before, with the machine's folder as its own. */
async function standInThat(all: LibraryAndMachines, name: string, does: string) {
  const script = `cd '${all.root}/machines/'"$host" || exit 255\n${does}\nexec sh -c "$*"\n`
  const command = await writeHostile(all.root, name, script)
  return { identityFile: command, command }
}

/*
 * What rsync alone does with each of these, tried with 3.5.0, stands beside the test.
 */
suite('the hazards of rsync over ssh', () => {
  test(
    'empty folders that are left are not taken for results, nor for what is left of them (rsync: they stay)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      await all.collector.collect(place, run)
      assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
      assert.deepEqual((await readdir(all.onMachine(place))).sort(), ['assembly', 'reads'])
      assert.deepEqual(
        await all.collector.peek(place, [run.runAccession]).then(seen => seen.kind === 'read' && seen.handedOver),
        [],
      )
    }),
  )

  test(
    'a file that is still being written is not collected, and nothing of it is removed (rsync: success, and the source is gone)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      const path = all.onMachine(place, 'reads/r_1.fastq.gz')
      await writeFile(path, 'reads')
      assert.equal(shape(await all.collector.collect(place, run)), 'failed, may pass')
      await appendFile(path, ' one')
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      await appendFile(path, ' and more')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.equal(await readFile(path, 'utf8'), 'reads one and more')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a file that changes during its transfer is not stored (rsync: a torn copy under the final name)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place, large)
      const incoming = all.atHome(`incoming/${place.attemptId}/${run.runAccession}/reads`)
      const path = all.onMachine(place, 'reads/r_1.fastq.gz')
      const change = `i=0; until ls -A '${incoming}' | grep -q r_1 || [ $i -gt 1000 ]; do i=$((i+1)); sleep 0.02; done; printf z | dd of='${path}' bs=1 seek=2999999 conv=notrunc`
      const ssh = await standInThat(
        all,
        'changing',
        `case "$*" in *--list-only*|*" . ./") ;; *) (${change}) >/dev/null 2>&1 & ;; esac`,
      )
      assert.match(shape(await all.newCollector({ ssh, bandwidthKbytes: 2000 }).collect(place, run)), /^failed/)
      assert.deepEqual(await all.stored('runs'), {})
    }),
  )

  test(
    'a file that cannot be read among several leaves the run uncollected, and the next try is whole (rsync: the others are moved)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      // Root reads everything, so the far half is told to pass one over, as it does with what it cannot open.
      const ssh = await standInThat(
        all,
        'without-one',
        `case "$*" in *--list-only*|*" . ./") ;; *) mv results/ERR1000001/reads r; sh -c "$*"; mv r results/ERR1000001/reads; exit 23;; esac`,
      )
      assert.equal(shape(await all.newCollector({ ssh }).collect(place, run)), 'failed, may pass')
      assert.equal((await all.collector.remove(place, run.runAccession)).kind, 'left')
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a stale file of the same size and time in incoming is replaced (rsync without --checksum: kept, and the source is gone)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      const stale = all.atHome(`incoming/${place.attemptId}/${run.runAccession}/reads/r_1.fastq.gz`)
      await mkdir(dirname(stale), { recursive: true })
      await writeFile(stale, 'READS ONE')
      const { atime, mtime } = await stat(all.onMachine(place, 'reads/r_1.fastq.gz'))
      await utimes(stale, atime, mtime)
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a link in the place of a result is copied as what it leads to (rsync -a: copied as a link, and dead with the machine)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      await mkdir(join(all.folderOf(place), 'work'))
      await writeFile(join(all.folderOf(place), 'work/r_1.fastq.gz'), 'reads one')
      await rm(all.onMachine(place, 'reads/r_1.fastq.gz'))
      await symlink(join(all.folderOf(place), 'work/r_1.fastq.gz'), all.onMachine(place, 'reads/r_1.fastq.gz'))
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      await rm(all.folderOf(place), { recursive: true })
      assert.deepEqual(await all.stored(), resultFiles)
    }),
  )

  test(
    'a folder that is missing or empty is not collected (rsync: a partial transfer, and a success)',
    withLibraryOverSsh(async (all, place) => {
      assert.equal(shape(await all.collector.collect(place, run)), 'not-yet')
      assert.deepEqual(await all.collector.remove(place, run.runAccession), removed)
      await mkdir(all.onMachine(place))
      assert.equal(shape(await all.collector.collect(place, run)), 'not-yet')
      assert.equal(shape(await all.collector.collect(place, { ...run, manifestSha256: 'a'.repeat(64) })), 'failed, may pass')
    }),
  )

  test(
    'a line that is cut stores nothing under a final name, and the next try goes on with what came (rsync --partial: a torn file)',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place, large)
      const pidFile = join(all.root, 'pid')
      const ssh = await standInThat(
        all,
        'cut',
        `case "$*" in *--list-only*|*" . ./") ;; *) exec 3<&0; sh -c "exec $*" <&3 & echo $! >'${pidFile}'; wait $!; exit 255;; esac`,
      )
      let isOver = false
      const collecting = all
        .newCollector({ ssh, bandwidthKbytes: 1000 })
        .collect(place, run)
        .finally(() => (isOver = true))
      while (!isOver && !(await all.incoming()).some(path => /\.r_1\.fastq\.gz\./.test(path))) await sleep(10)
      // Long enough that something has come.
      await sleep(300)
      process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL')
      assert.equal(shape(await collecting), 'failed, may pass')
      assert.deepEqual(await all.stored('runs'), {})
      const kept = (await all.incoming()).filter(path => path.includes('.rsync-partial/r_1'))
      assert.equal(kept.length, 1, String(await all.incoming()))
      assert.equal(
        (await all.incoming()).some(path => path.endsWith('/reads/r_1.fastq.gz')),
        false,
      )
      assert.equal(shape(await all.collector.collect(place, run)), 'proved')
      assert.deepEqual([await all.stored(), await all.incoming()], [large, []])
    }),
  )
})

suite('a full disk at home', () => {
  const skip = process.getuid?.() !== 0 && 'needs root to mount a small file system'
  test('stops a transfer on its way, removes nothing, and the next one goes on (rsync: 11, for ever)', { skip }, async () => {
    const all = await LibraryAndMachines.openOverSsh()
    const small = join(all.root, 'small')
    await mkdir(small)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small])
    try {
      const place = await all.newPlace()
      await all.handOver(place, large)
      const filler = join(small, 'filler')
      const fills = await standInThat(
        all,
        'filling',
        `case "$*" in *--list-only*|*" . ./") ;; *) touch '${join(all.root, 'now')}';; esac`,
      )
      const filling = all.newCollector({
        libraryFolder: join(small, 'library'),
        ssh: fills,
        effect: name => {
          if (name === 'collector: incoming folder made') execFileSync('sh', ['-c', `head -c 5500000 /dev/zero >'${filler}'`])
        },
      })
      assert.equal(shape(await filling.collect(place, run)), 'no-space')
      await truncate(filler, 0)
      const again = all.newCollector({ libraryFolder: join(small, 'library') })
      assert.equal(shape(await again.collect(place, run)), 'proved')
    } finally {
      execFileSync('umount', [small])
      await all.close()
    }
  })
})
