import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunAccession } from '../../src/core/accession.ts'
import { Problem } from '../../src/core/problem.ts'
import { sourceContract } from '../contracts/source-contract.ts'
import { anArchiveRun } from './archive-world.ts'
import { makeFakeSource } from './fake-source.ts'
import type { FakeSource } from './fake-source.ts'

const clock = () => new Date('2026-01-01T00:00:00Z')
const wanted = { taxId: 624, scope: 'subtree', since: undefined } as const

sourceContract('fake', async () => {
  const source = makeFakeSource({ clock })
  return {
    source,
    hold: (runs, taxa) => {
      source.runs.clear()
      source.put(...runs)
      source.taxa.splice(0, Infinity, ...taxa)
    },
    spoilNext: spoiling => {
      if (spoiling === 'cut') source.spoilNext({ kind: 'cut', afterRows: 10 })
      else source.spoilNext({ kind: spoiling })
    },
    fallSilent: () => source.failNext(new Problem('unreachable', 'silence'), 100),
    close: async () => undefined,
  }
})

async function found(source: FakeSource): Promise<string[]> {
  const runs: string[] = []
  for await (const run of source.runsOf(wanted)) runs.push(run.runAccession)
  return runs
}

test('the fake source truncates without a word when told to', async () => {
  const source = makeFakeSource({ clock, runs: [anArchiveRun(), anArchiveRun({ runAccession: 'ERR900002' })] })
  source.spoilNext({ kind: 'truncated', afterRows: 1 })
  assert.deepEqual(await found(source), ['ERR900001'])
  assert.deepEqual(await found(source), ['ERR900001', 'ERR900002'])
})

test('the fake source lags when told to: searches see the past, look-ups the present', async () => {
  const source = makeFakeSource({ clock, runs: [anArchiveRun()] })
  source.lag()
  source.put(anArchiveRun({ runAccession: 'ERR900002' }))
  source.withdraw('ERR900001' as RunAccession)
  assert.deepEqual(await found(source), ['ERR900001'])
  assert.equal((await source.countOf(wanted)).count, 1)
  assert.equal(await source.runOf('ERR900001' as RunAccession), 'gone')
  source.catchUp()
  assert.deepEqual(await found(source), ['ERR900002'])
})

test('the fake source hides a suppressed run from searches and knows deleted taxa', async () => {
  const source = makeFakeSource({ clock, runs: [anArchiveRun()], deletedTaxa: [77] })
  source.suppressed.add('ERR900001' as RunAccession)
  assert.deepEqual(await found(source), [])
  assert.notEqual(await source.runOf('ERR900001' as RunAccession), 'gone')
  assert.deepEqual(await source.taxonOf(77), { kind: 'deleted' })
})
