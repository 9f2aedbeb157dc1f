import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import type { Assignment } from '../api/assignment.ts'
import { anAssignment, inShort, type MachineBed } from './testing/machine-bed.ts'
import { type Life, onBothNodes } from './testing/on-both-nodes.ts'
import type { StubStep } from './testing/stub-plan.ts'
import { parseManifest } from '../transfer/manifest.ts'

const [one, two, three, four] = ['ERR000001', 'ERR000002', 'ERR000003', 'ERR0000011']

/** A user's recipe: nothing says that a run is whole. */
function unmarked(bed: MachineBed, runs: string[]): Assignment {
  const assignment = anAssignment(bed.attemptId, runs)
  const { complete, ...recipe } = assignment.recipe
  assert.ok(complete)
  return { ...assignment, recipe: { ...recipe, outputs: ['Assembly/{run}*.fa', '{run}/**'] } }
}

const lives: Life[] = [
  [
    'without a mark of their own runs are known at the end: by their outputs, and by the tasks that failed',
    async bed => {
      const steps: StubStep[] = [
        {
          kind: 'outputs',
          run: one,
          files: { [`Assembly/${one}.fa`]: 'ACGT', [`${one}/deep/er/log.txt`]: 'x', 'Assembly/other.fa': 'n' },
        },
        { kind: 'outputs', run: four, files: { [`Assembly/${four}.fa`]: 'TTTT' } },
        { kind: 'outputs', run: two, files: { [`Assembly/${two}.fa`]: 'half' } },
        {
          kind: 'task',
          run: two,
          process: 'POLISH',
          status: 'FAILED',
          exit: '1',
          action: 'IGNORE',
          stderr: 'a\nb\nCannot polish',
        },
      ]
      bed.lay({ executions: [{ steps, end: { exit: 0 } }] }, unmarked(bed, [one, two, three, four]))
      bed.start()
      const closing = await bed.untilClosed()
      assert.deepEqual(closing.outcomes.map(inShort), [
        `${one} done`,
        `${four} done`,
        `${two} failed PIPE_FAIL retry`,
        `${three} failed PIPE_NO_OUTPUT retry`,
      ])
      assert.match(JSON.stringify(closing.outcomes[2]), /a \/ b \/ Cannot polish process=POLISH exit=1/)
      assert.deepEqual(manifestPaths(bed, one), [`Assembly/${one}.fa`, 'deep/er/log.txt'])
      assert.deepEqual(manifestPaths(bed, four), [`Assembly/${four}.fa`])
      assert.equal(closing.ending, 'finished')
      assert.equal(bed.read('launch/arguments.txt').split('\n').length - 1, 1)
    },
  ],
  [
    'half a list, wrong sizes and wrong hashes are not handed over',
    async bed => {
      const steps: StubStep[] = [
        { kind: 'outputs', run: one, files: { [`${one}/a`]: 'ACGT' }, complete: 'cut' },
        { kind: 'outputs', run: two, files: { [`${two}/a`]: 'ACGT' }, complete: 'wrong hashes' },
        { kind: 'outputs', run: three, files: { [`${three}/a`]: 'ACGT' }, complete: 'right' },
        { kind: 'outputs', run: four, files: { [`${four}/a`]: 'ACGT' }, complete: 'right' },
        { kind: 'outputs', run: four, files: { [`${four}/a`]: 'ACG' } },
      ]
      bed.lay({ executions: [{ steps, end: { exit: 0 } }] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      const closing = await bed.untilClosed()
      assert.deepEqual(closing.outcomes.map(inShort), [
        `${three} done`,
        `${one} failed PIPE_NO_OUTPUT retry`,
        `${two} failed PIPE_NO_OUTPUT retry`,
      ])
      assert.match(JSON.stringify(closing.outcomes[2]), /file=a expected=[0-9a-f]{64} got=[0-9a-f]{64}/)
      assert.ok(!existsSync(bed.path(`results/${one}`)) && !existsSync(bed.path(`results/${two}`)))
    },
  ],
  [
    'links into the work folder are copied as what they point to; links that lead outside and pipes are refused',
    async bed => {
      const steps: StubStep[] = [
        { kind: 'link', run: one, path: `${one}/contigs.fa`, to: 'work/contigs' },
        { kind: 'outputs', run: one, files: { [`${one}/log`]: 'x' }, complete: 'right' },
        { kind: 'link', run: two, path: `${two}/passwd`, to: '/etc/passwd' },
        { kind: 'outputs', run: two, files: { [`${two}/log`]: 'x' }, complete: 'right' },
        { kind: 'pipe', run: three, path: `${three}/pipe` },
        { kind: 'outputs', run: three, files: { [`${three}/log`]: 'x' }, complete: 'right' },
      ]
      bed.lay({ executions: [{ steps, end: { exit: 0 } }] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      const closing = await bed.untilClosed()
      assert.deepEqual(closing.outcomes.map(inShort).sort(), [
        `${one} done`,
        `${two} failed PIPE_FAIL none`,
        `${three} failed PIPE_FAIL none`,
      ])
      assert.equal(readFileSync(bed.path(`results/${one}/contigs.fa`), 'utf8'), 'content of work/contigs')
      assert.deepEqual(manifestPaths(bed, one), ['contigs.fa', 'log', 'run-complete.json'])
      assert.match(JSON.stringify(closing.outcomes), /passwd is a link that leads outside/)
      assert.match(JSON.stringify(closing.outcomes), /pipe: it is not a plain file/)
    },
  ],
]

function manifestPaths(bed: MachineBed, run: string): string[] {
  return parseManifest(bed.read(`results/${run}/manifest.sha256`)).map(file => file.path)
}

onBothNodes('an agent', lives)
