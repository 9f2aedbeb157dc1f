import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { localLimits } from './local-limits.ts'
import { readSettings } from './read-settings.ts'
import { valuesOf } from './values-of.ts'

/** The limits on a machine with so many processors and so much memory, with these settings. */
function limitsOf(processors: number, memoryGb: number, ...flags: string[]) {
  const settings = readSettings({ flags, environment: {}, file: undefined })
  const isSet = settings.get('policy.max_workers')?.from !== 'default'
  return localLimits(valuesOf(settings), isSet, { processors, memoryBytes: memoryGb * 1e9 + 5e8 })
}

suite('what a machine may give to local workers', () => {
  test('is all that it has, its processors shared', () => {
    assert.deepEqual(limitsOf(8, 25), { maxWorkers: 2, cpus: 4, memoryGb: 25, memorySizesGb: [8, 16] })
  })

  test('is one worker on a small machine, of all its memory', () => {
    assert.deepEqual(limitsOf(4, 7), { maxWorkers: 1, cpus: 4, memoryGb: 7, memorySizesGb: [7] })
    assert.deepEqual(limitsOf(1, 15), { maxWorkers: 1, cpus: 1, memoryGb: 15, memorySizesGb: [8] })
  })

  test('is what a person says, where they say it', () => {
    assert.deepEqual(limitsOf(4, 7, 'policy.max_workers=3', 'local.cpus=2'), {
      maxWorkers: 3,
      cpus: 2,
      memoryGb: 7,
      memorySizesGb: [7],
    })
    assert.deepEqual(limitsOf(4, 64, 'local.memory_gb=9'), { maxWorkers: 1, cpus: 4, memoryGb: 9, memorySizesGb: [8] })
    assert.deepEqual(limitsOf(4, 7, 'policy.memory_sizes_gb=2,4').maxWorkers, 2)
  })
})
