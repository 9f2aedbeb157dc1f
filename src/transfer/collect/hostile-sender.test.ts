import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bytesWithin } from '../bytes-within.ts'
import { sshSource } from '../rsync-source.ts'
import { copyListed, defaultRsync } from '../rsync.ts'
import { defaultSsh } from '../ssh-command.ts'
import type { AttemptPlace } from '../collector.ts'
import { resultFiles, run, shape, withLibraryOverSsh, type LibraryAndMachines } from './testing/library-and-machines.ts'
import { assertNothingTaken, outside } from './testing/nothing-taken.ts'
import { writeHostile } from './testing/ssh-stand-in.ts'

const lyingSender = fileURLToPath(new URL('testing/lying-sender.ts', import.meta.url))

/** Shell text: an honest answer to every question but the copying of files, for which it does what follows. */
function whenCopying(all: LibraryAndMachines, script: string): string {
  return `cd '${all.root}/machines/'"$host" || exit 255
case "$*" in *--list-only*|*" . ./") exec sh -c "$*";; esac
${script}`
}

function lie(entries: { name: string; bytes: number; mode?: number }[], then: 'endless' | 'nothing'): string {
  return `exec '${process.execPath}' --disable-warning=ExperimentalWarning '${lyingSender}' '${JSON.stringify({ entries, then })}'`
}

const folder = 0o40755
/** What an honest machine would list, folders and all. */
const honest = [
  ...['assembly', 'reads'].map(name => ({ name, bytes: 4096, mode: folder })),
  ...Object.entries(resultFiles).map(([name, text]) => ({ name, bytes: text.length })),
].sort((a, b) => (a.name < b.name ? -1 : 1))
const manyNames = Array.from({ length: 100 }, (_none, index) => ({ name: `${index}${'x'.repeat(200)}`, bytes: 5 }))
const other = 'results/ERR1000009'

/** What the far half of rsync may do instead of what it was asked, and by what it is caught. */
const corpus: Record<string, [RegExp, string | ((all: LibraryAndMachines, place: AttemptPlace) => Promise<string>)]> = {
  'sends everything it has, links and all': [/called wrongly/, `exec rsync --server --sender -logDtpre.iLsfxCIvu . ./`],
  'sends the files of another folder': [
    /not what its manifest says/,
    async (all, place) => {
      await all.handOver(place, { ...resultFiles, 'reads/r_1.fastq.gz': 'READS ONE' }, undefined, 'ERR1000009')
      return `exec sh -c "$(echo "$*" | sed 's,results/ERR1000001/,${other}/,')"`
    },
  ],
  'sends links where links were to be followed': [
    /ended with/,
    async (all, place) => {
      await mkdir(join(all.folderOf(place), other, 'assembly'), { recursive: true })
      await mkdir(join(all.folderOf(place), other, 'reads'))
      for (const path of Object.keys(resultFiles)) await symlink(join(all.root, 'secret'), join(all.folderOf(place), other, path))
      return `exec sh -c "$(echo "$*" | sed 's,results/ERR1000001/,${other}/,; s,--copy-links,--links,')"`
    },
  ],
  'sends less than was asked': [/only a part was moved/, `cd results/ERR1000001; rm -rf reads; cd ../..; exec sh -c "$*"`],
  'sends a name that leads out of the folder': [
    /ended with [24]/,
    lie([{ name: '../../../escaped', bytes: 5 }, ...honest], 'nothing'),
  ],
  'sends an absolute name': [/ended with [24]/, lie([{ name: '/tmp/microfetch-escaped', bytes: 5 }], 'nothing')],
  'sends a name that nobody asked for': [/rejecting unrequested/, lie([...honest, { name: 'unasked', bytes: 5 }], 'nothing')],
  'sends a link in the place of a folder': [/ended with/, lie([{ name: 'assembly', bytes: 4, mode: 0o120777 }], 'nothing')],
  'sends a device in the place of a file': [
    /missing|ended with/,
    lie([{ name: 'versions.json', bytes: 0, mode: 0o020666 }], 'nothing'),
  ],
  'sends names without an end': [/rejecting unrequested/, lie(manyNames, 'nothing')],
  'sends without an end for a file of nine bytes': [
    /sends more than its manifest says|ended with|was ended/,
    lie(honest, 'endless'),
  ],
  'says that it has sent, and sent nothing': [/what arrived is not|ended with/, lie(honest, 'nothing')],
  'answers with noise': [/ended with/, 'head -c 100000 /dev/urandom'],
  'answers with nothing': [/ended with/, 'exit 0'],
  'never answers': [/nothing came for too long/, 'exec sleep 60'],
  'complains without an end': [
    /nothing came for too long/,
    `exec sh -c 'while :; do head -c 4096 /dev/urandom >&2; sleep 0.01; done'`,
  ],
  'moves terminals by what it complains of': [/owned/, `printf '\\033[2J\\033]0;owned\\007\\n' >&2; exit 23`],
}

/** Those that only the time limit ends; the others get all the time that a busy computer needs. */
const silent = new Set([
  'sends links where links were to be followed',
  'sends a device in the place of a file',
  'never answers',
  'complains without an end',
])

suite('a hostile rsync on the machine', () => {
  for (const [name, [caught, does]] of Object.entries(corpus)) {
    test(
      `that ${name} gains nothing`,
      withLibraryOverSsh(async (all, place) => {
        await writeFile(join(all.root, 'secret'), 'our secret')
        await all.handOver(place)
        const script = typeof does === 'string' ? does : await does(all, place)
        const command = await writeHostile(all.root, 'hostile', whenCopying(all, script))
        const before = await outside(all)
        const rsync = { ...defaultRsync, timeoutSeconds: silent.has(name) ? 3 : defaultRsync.timeoutSeconds }
        const collected = await all.newCollector({ ssh: { identityFile: command, command }, rsync }).collect(place, run)
        assert.match(shape(collected), /^failed/, JSON.stringify(collected))
        assert.match('why' in collected ? collected.why : '', caught)
        await assertNothingTaken(all, place, collected, before)
      }),
    )
  }

  test(
    'that sends without an end is stopped by the kernel, whoever looks or not',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      const command = await writeHostile(all.root, 'hostile', whenCopying(all, lie(honest, 'endless')))
      const [to, knownHostsFile] = [join(all.root, 'to'), join(all.root, 'known_hosts')]
      await mkdir(to)
      const from = sshSource(
        { ...defaultSsh, identityFile: command, command },
        { attemptId: place.attemptId, knownHostsFile },
        { address: place.address, folder: `results/${run.runAccession}`, links: 'copied' },
      )
      const copy = { from, to, paths: Object.keys(resultFiles), largestBytes: 21, bounds: { fileBytes: 21, seconds: 60 } }
      await assert.rejects(copyListed(copy, defaultRsync))
      const { bytes, largest } = await bytesWithin(to)
      assert.ok(bytes > 0 && largest <= 1024, `${bytes} bytes, ${largest} in one file`)
    }),
  )

  test(
    'that says its disk is full does not stop the collecting of others: ours is not',
    withLibraryOverSsh(async (all, place) => {
      await all.handOver(place)
      const says = `echo 'rsync: [receiver] write failed on "/x": No space left on device (28)' >&2; exit 11`
      const command = await writeHostile(all.root, 'hostile', whenCopying(all, says))
      const before = await outside(all)
      const collected = await all.newCollector({ ssh: { identityFile: command, command } }).collect(place, run)
      assert.equal(shape(collected), 'failed, may pass', JSON.stringify(collected))
      await assertNothingTaken(all, place, collected, before)
    }),
  )
})
