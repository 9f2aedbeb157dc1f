import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { aClosing, aStanding } from '../../../test/contracts/collector-contract.ts'
import { formatManifest } from '../manifest.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import type { AttemptPlace } from '../collector.ts'
import { resultFiles, run, shape, withLibrary, type LibraryAndMachines } from './testing/library-and-machines.ts'

/** What a hostile machine may hand over, and what must come of it. Nothing may get into the library, in any case. */
const corpus: { name: string; prepare: (all: LibraryAndMachines, place: AttemptPlace) => Promise<unknown>; outcome: string }[] = [
  {
    name: 'a file of ours behind a link, with its true hash',
    prepare: async (all, place) => {
      await writeFile(join(all.root, 'secret'), 'our secret')
      await all.handOver(place, resultFiles, manifestOf({ ...resultFiles, stolen: 'our secret' }))
      await symlink(join(all.root, 'secret'), all.onMachine(place, 'stolen'))
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a folder of ours behind a link',
    prepare: async (all, place) => {
      await mkdir(join(all.root, 'secrets'))
      await writeFile(join(all.root, 'secrets/one'), 'our secret')
      await all.handOver(place, resultFiles, manifestOf({ ...resultFiles, 'stolen/one': 'our secret' }))
      await symlink(join(all.root, 'secrets'), all.onMachine(place, 'stolen'))
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a run folder that is a link',
    prepare: async (all, place) => {
      const elsewhere = await all.newPlace()
      await all.handOver(elsewhere)
      await symlink(all.onMachine(elsewhere), all.onMachine(place))
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a manifest that is a link',
    prepare: async (all, place) => {
      await all.handOver(place)
      await rename(all.onMachine(place, 'manifest.sha256'), all.onMachine(place, 'real'))
      await symlink('real', all.onMachine(place, 'manifest.sha256'))
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a manifest that is a FIFO without a writer',
    prepare: async (all, place) => {
      await all.handOver(place)
      await rm(all.onMachine(place, 'manifest.sha256'))
      execFileSync('mkfifo', [all.onMachine(place, 'manifest.sha256')])
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a manifest of a terabyte',
    prepare: async (all, place) => {
      await all.handOver(place)
      await truncate(all.onMachine(place, 'manifest.sha256'), 1e12)
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a FIFO among the results',
    prepare: async (all, place) => {
      await all.handOver(place, resultFiles, manifestOf({ ...resultFiles, pipe: '' }))
      execFileSync('mkfifo', [all.onMachine(place, 'pipe')])
    },
    outcome: 'failed, needs a person',
  },
  {
    name: 'a file that is larger than its manifest says',
    prepare: async (all, place) => {
      await all.handOver(place)
      await truncate(all.onMachine(place, 'reads/r_1.fastq.gz'), 1e12)
    },
    outcome: 'failed, may pass',
  },
  {
    name: 'holes of a terabyte that the manifest promises',
    prepare: async (all, place) => {
      const lie = manifestOf(resultFiles).map(file => ({ ...file, bytes: 1e12 }))
      await all.handOver(place, resultFiles, lie)
      for (const { path } of lie) await truncate(all.onMachine(place, path), 1e12)
    },
    // Not "no space": that would stop the collection of everything.
    outcome: 'failed, may pass',
  },
  {
    name: 'files of nothing',
    prepare: (all, place) => all.handOver(place, { 'assembly/contigs.fasta': '' }),
    outcome: 'failed, needs a person',
  },
  {
    name: 'a path that leads out of the folder',
    prepare: (all, place) => all.handOverAs(place, resultFiles, formatManifest(manifestOf({ '../../boot.json': 'x' }))),
    outcome: 'failed, needs a person',
  },
  {
    name: 'a receipt of its own making',
    prepare: (all, place) => all.handOver(place, { ...resultFiles, 'receipt.json': '{}' }),
    outcome: 'failed, needs a person',
  },
  {
    name: 'a name that clears a terminal',
    prepare: (all, place) => all.handOver(place, { 'bell\u001b[2J': 'x' }),
    outcome: 'failed, needs a person',
  },
  {
    name: 'two names that are one to some file systems',
    prepare: (all, place) => all.handOver(place, { 'a.fasta': 'x', 'A.fasta': 'y' }),
    outcome: 'failed, needs a person',
  },
  {
    name: 'a manifest of another hand than announced, and no files',
    prepare: (all, place) => all.handOverAs(place, {}, formatManifest(manifestOf(resultFiles))),
    outcome: 'failed, may pass',
  },
]

suite('a hostile machine', () => {
  for (const { name, prepare, outcome } of corpus) {
    test(
      `gains nothing with ${name}`,
      withLibrary(async (all, place) => {
        await prepare(all, place)
        const collected = await all.collector.collect(place, run)
        assert.equal(shape(collected), outcome, JSON.stringify(collected))
        assert.equal(JSON.stringify(collected).includes('\u001b'), false)
        assert.deepEqual([await all.stored('runs'), await all.stored('by-taxon')], [{}, {}])
      }),
    )
  }

  test(
    'leaves nothing of ours in incoming when a file turns into a link after it was looked at',
    withLibrary(async (all, place) => {
      const secret = 'our secret'
      await writeFile(join(all.root, 'secret'), secret)
      await all.handOver(place, { ...resultFiles, trap: 'not secret' })
      const collector = all.newCollector({
        effect: name => {
          if (name !== 'collector: incoming folder made') return
          execFileSync('ln', ['-sf', join(all.root, 'secret'), all.onMachine(place, 'trap')])
        },
      })
      assert.equal(shape(await collector.collect(place, run)), 'failed, may pass')
      assert.equal(JSON.stringify(await all.stored('incoming')).includes(secret), false)
      assert.deepEqual(await all.stored('runs'), {})
    }),
  )

  test(
    'leaves nothing of ours anywhere when a folder turns into a link after it was looked at',
    withLibrary(async (all, place) => {
      await mkdir(join(all.root, 'secrets'))
      await writeFile(join(all.root, 'secrets/contigs.fasta'), 'X'.repeat(resultFiles['assembly/contigs.fasta'].length))
      await all.handOver(place)
      const collector = all.newCollector({
        effect: name => {
          if (name !== 'collector: incoming folder made') return
          execFileSync('mv', [all.onMachine(place, 'assembly'), all.onMachine(place, 'away')])
          execFileSync('ln', ['-s', join(all.root, 'secrets'), all.onMachine(place, 'assembly')])
        },
      })
      assert.equal(shape(await collector.collect(place, run)), 'failed, may pass')
      assert.deepEqual([await all.stored('runs'), await all.stored('incoming')], [{}, {}])
    }),
  )

  test(
    'is not asked for more than the versions that people can read',
    withLibrary(async (all, place) => {
      await all.handOver(place, { ...resultFiles, 'versions.json': '{"skesa\u001b[2J": "2.4.0"}' })
      const collected = await all.collector.collect(place, run)
      assert.deepEqual(collected.kind === 'proved' && collected.proved.versions, {})
    }),
  )
})

suite('what a machine says of itself', () => {
  const bad: Record<string, (place: AttemptPlace) => string> = {
    'is not JSON': () => '{"version":1,',
    'lacks what it should have': place => JSON.stringify({ ...aClosing(place), outcomes: undefined }),
    'is of a version to come': place => JSON.stringify({ ...aClosing(place), version: 2 }),
    'is of another attempt': place => JSON.stringify({ ...aClosing(place), attemptId: 'another' }),
    'is of another machine': place => JSON.stringify({ ...aClosing(place), machineId: 'another' }),
    'has too long a log': place => JSON.stringify({ ...aClosing(place), logTail: 'x'.repeat(20_001) }),
    'is longer than any closing document': place => JSON.stringify({ ...aClosing(place), more: 'x'.repeat(9_000_000) }),
  }
  for (const [name, text] of Object.entries(bad)) {
    test(
      `is not believed when it ${name}`,
      withLibrary(async (all, place) => {
        await all.writeOnMachine(place, 'results/DONE.json', text(place))
        assert.equal((await all.collector.peek(place, [])).kind, 'unreachable')
      }),
    )
  }

  test(
    'is not read through a link, from a FIFO or from a folder',
    withLibrary(async (all, place) => {
      const path = join(place.address, 'standing.json')
      await all.writeOnMachine(place, 'real', JSON.stringify(aStanding(place)))
      await symlink('real', path)
      assert.equal((await all.collector.peek(place, [])).kind, 'unreachable')
      await rm(path)
      execFileSync('mkfifo', [path])
      assert.equal((await all.collector.peek(place, [])).kind, 'unreachable')
      await rm(path)
      await mkdir(path)
      assert.equal((await all.collector.peek(place, [])).kind, 'unreachable')
    }),
  )

  test(
    'counts by its closing document when its standing is broken',
    withLibrary(async (all, place) => {
      await all.writeOnMachine(place, 'standing.json', 'broken')
      assert.equal((await all.collector.peek(place, [])).kind, 'unreachable')
      await all.writeOnMachine(place, 'results/DONE.json', JSON.stringify(aClosing(place)))
      assert.deepEqual(await all.collector.peek(place, []), {
        kind: 'read',
        standing: undefined,
        closing: aClosing(place),
        handedOver: [],
      })
    }),
  )
})
