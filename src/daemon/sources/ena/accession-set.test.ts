import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RunAccession } from '../../../core/accession.ts'
import { AccessionSet } from './accession-set.ts'

const accession = fc
  .tuple(
    fc.constantFrom('ERR', 'SRR', 'DRR'),
    fc.oneof(
      fc.stringMatching(/^\d{6}$/),
      fc.stringMatching(/^\d{7,12}$/),
      fc.constantFrom('000001', '0000001', '1399999999', '1400000000'),
    ),
  )
  .map(([prefix, digits]) => `${prefix}${digits}` as RunAccession)

test('it knows an accession again, and takes none for another', () => {
  fc.assert(
    fc.property(fc.array(accession, { maxLength: 200 }), runs => {
      const ours = new AccessionSet()
      const plain = new Set<string>()
      for (const run of runs) {
        assert.equal(ours.add(run), !plain.has(run), run)
        plain.add(run)
      }
      assert.equal(ours.size, plain.size)
    }),
    { numRuns: 300 },
  )
})

test('three archives with the same numbers stay apart, however many there are', () => {
  const set = new AccessionSet()
  const runs = ['ERR', 'SRR', 'DRR'].flatMap(prefix =>
    Array.from({ length: 30_000 }, (_, n) => `${prefix}${1_000_000 + n * 3}` as RunAccession),
  )
  assert.ok(runs.every(run => set.add(run)))
  assert.ok(runs.every(run => !set.add(run)))
  assert.equal(set.size, 90_000)
})
