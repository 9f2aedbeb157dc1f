import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { anAssignment, inShort } from './testing/machine-bed.ts'
import { type Life, onBothNodes } from './testing/on-both-nodes.ts'
import type { StubStep } from './testing/stub-plan.ts'

const [one, two] = ['ERR000001', 'ERR000002']
const wholeRun: StubStep = { kind: 'outputs', run: one, files: { [`${one}/contigs.fa`]: 'ACGT' }, complete: 'right' }
const hanging = { executions: [{ steps: [wholeRun, { kind: 'orphan' as const, deaf: true }], end: 'hang' as const }] }

/** A group to hand to can only be given by root. */
const isRoot = process.getuid?.() === 0
const handTo = { handTo: { gid: 41_001 } }

const lives: Life[] = [
  [
    'an agent that died at work is closed for by the next one, where the machine starts its agent anew: what is whole counts',
    async bed => {
      bed.lay(hanging, anAssignment(bed.attemptId, [one, two]), { boot: handTo, given: true })
      bed.start()
      await bed.until(() => bed.standing()?.progress.runsDone === 1, 'the first run is done')
      bed.agent?.kill('SIGKILL')
      await bed.untilExit()
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'agent died')
      assert.deepEqual(closing.outcomes.map(inShort), [`${one} done`, `${two} failed WORK_LOST retry`])
      await bed.until(() => bed.leftOver().length === 0, 'nothing of the pipeline is left')
      await bed.until(() => bed.daemon.acknowledged('closing').length > 0, 'the daemon is told')
    },
  ],
  [
    'elsewhere begun work is left alone, as it always was',
    async bed => {
      bed.lay(hanging, anAssignment(bed.attemptId, [one, two]))
      bed.start()
      await bed.until(() => bed.standing()?.progress.runsDone === 1, 'the first run is done')
      bed.agent?.kill('SIGKILL')
      await bed.untilExit()
      bed.start()
      assert.equal(await bed.untilExit(), 3)
      assert.ok(!existsSync(bed.path('results/DONE.json')))
    },
  ],
  [
    'a group that is handed to may read results, documents and logs, remove what lies in the folder of a run, and nothing else',
    async bed => {
      bed.lay({ executions: [{ steps: [wholeRun], end: { exit: 0 } }] }, anAssignment(bed.attemptId, [one]), { boot: handTo })
      bed.start()
      await bed.untilClosed()
      const seen = (name: string): [number, string] => {
        const { gid, mode } = statSync(bed.path(name))
        return [gid, (mode & 0o7777).toString(8)]
      }
      assert.deepEqual(readdirSync(bed.path(`results/${one}`)).length, 3)
      assert.deepEqual(seen('results'), [41_001, '2750'])
      assert.deepEqual(seen(`results/${one}`), [41_001, '2770'])
      for (const name of [
        `results/${one}/contigs.fa`,
        `results/${one}/manifest.sha256`,
        'results/DONE.json',
        'standing.json',
        'agent.log',
      ])
        assert.deepEqual(seen(name), [41_001, '640'], name)
      for (const name of ['machine.json', 'agent.lock']) assert.equal(seen(name)[1], '600', name)
      assert.equal(seen('.')[1], '2711')
    },
  ],
]

if (isRoot) onBothNodes('an agent of a droplet', lives)
else for (const [title] of lives) test(title, { skip: 'only root may hand files to a group' }, () => undefined)
