import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { missingForNextflow } from '../../pipelines/testing/nextflow-execution.ts'
import { describeLife, liveManyTimes } from './many-lives.ts'
import { startSmallArchive, type SmallArchive } from './small-archive.ts'
import { victims } from './victims.ts'

/** Another row of moments at each run of the tests, unless the one of a run that failed is asked for. */
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000)
const kills = 8

suite('the shipped daemon with the real recipe', { skip: missingForNextflow('fastp', 'skesa', 'rsync') }, () => {
  let archive: SmallArchive
  before(async () => void (archive = await startSmallArchive()))
  after(() => archive.stop())

  test('killed anywhere at a random moment, everything comes to the same end', { timeout: 2_400_000 }, async t => {
    t.diagnostic(`CHAOS_SEED=${seed}`)
    const { unharmed, harmed, tooLate } = await liveManyTimes(archive, { kills, seed, tell: line => t.diagnostic(line) })
    for (const life of [...unharmed, ...harmed, ...tooLate]) assert.deepEqual(life.faults, [], describeLife(life))
    for (const victim of victims) {
      assert.equal(harmed.filter(({ harm }) => harm.victim === victim).length, kills / victims.length, victim)
    }
  })
})
