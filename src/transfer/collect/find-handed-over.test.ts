import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, rename, symlink, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { formatManifest, mostManifestBytes } from '../manifest.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import type { AttemptPlace } from '../collector.ts'
import { findHandedOver } from './find-handed-over.ts'
import { resultFiles, withLibrary, type LibraryAndMachines } from './testing/library-and-machines.ts'

const runs = ['ERR1000001', 'ERR1000002', 'ERR1000003', 'ERR1000004']
const bad = 'ERR1000002'

/** Hands over every one of the runs, honestly. */
async function handOverAll(all: LibraryAndMachines, place: AttemptPlace): Promise<void> {
  for (const run of runs) await all.handOver(place, resultFiles, manifestOf(resultFiles), run)
}

async function namesOf(found: ReturnType<typeof findHandedOver>): Promise<string[]> {
  return (await found).map(outcome => outcome.runAccession)
}

suite('runs that lie whole on a machine', () => {
  const breakages: Record<string, (all: LibraryAndMachines, place: AttemptPlace, path: string) => Promise<unknown>> = {
    'is cut': (all, place) => all.writeOnMachine(place, `results/${bad}/manifest.sha256`, '# 5 bytes\n0123'),
    'leads outside': (all, place) =>
      all.writeOnMachine(
        place,
        `results/${bad}/manifest.sha256`,
        formatManifest([{ path: '../x', bytes: 1, sha256: 'a'.repeat(64) }]),
      ),
    'lists not one byte': (all, place) =>
      all.writeOnMachine(place, `results/${bad}/manifest.sha256`, formatManifest(manifestOf({ empty: '' }))),
    'is longer than any manifest': (_all, _place, path) => truncate(path, mostManifestBytes + 1),
    'is a link': async (_all, place, path) => {
      await rename(path, join(place.address, 'elsewhere'))
      await symlink(join(place.address, 'elsewhere'), path)
    },
    'is a FIFO': async (_all, place, path) => {
      await rename(path, join(place.address, 'elsewhere'))
      execFileSync('mkfifo', [path])
    },
    'is a folder': async (_all, place, path) => {
      await rename(path, join(place.address, 'elsewhere'))
      await mkdir(path)
    },
    'is not there': (_all, place, path) => rename(path, join(place.address, 'elsewhere')),
  }
  for (const [name, breakIt] of Object.entries(breakages)) {
    test(
      `do not count when their manifest ${name}, and hide no other`,
      withLibrary(async (all, place) => {
        await handOverAll(all, place)
        await breakIt(all, place, all.onMachine(place, 'manifest.sha256', bad))
        assert.deepEqual(
          await namesOf(findHandedOver(place.address, runs)),
          runs.filter(run => run !== bad),
        )
      }),
    )
  }

  test(
    'are found a few at a time: whoever has heard of these is told of the next',
    withLibrary(async (all, place) => {
      await handOverAll(all, place)
      const [first = '', second = '', ...others] = runs
      assert.deepEqual(await namesOf(findHandedOver(place.address, runs, { manifests: 2, characters: 1e9 })), [first, second])
      assert.deepEqual(await namesOf(findHandedOver(place.address, others, { manifests: 2, characters: 1e9 })), others)
      assert.deepEqual(await namesOf(findHandedOver(place.address, runs, { manifests: 100, characters: 1 })), [first])
    }),
  )

  test(
    'speak for themselves when the standing is broken, and not when it is of another attempt',
    withLibrary(async (all, place) => {
      const manifestSha256 = await all.handOver(place)
      const outcome = { runAccession: 'ERR1000001', outcome: 'done', manifestSha256 }
      await all.writeOnMachine(place, 'standing.json', '{"version":1,')
      const found = { kind: 'read', standing: undefined, closing: undefined, handedOver: [outcome] }
      assert.deepEqual(await all.collector.peek(place, runs), found)
      assert.equal((await all.collector.peek(place, [bad])).kind, 'unreachable')
      await all.writeOnMachine(place, 'results/DONE.json', JSON.stringify({ ...aForeignClosing, machineId: place.machineId }))
      assert.equal((await all.collector.peek(place, runs)).kind, 'unreachable')
    }),
  )
})

const aForeignClosing = { version: 1, attemptId: 'another', ending: 'finished', outcomes: [], logTail: '' }
