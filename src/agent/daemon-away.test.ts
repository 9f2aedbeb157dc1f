import assert from 'node:assert/strict'
import { existsSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { anAssignment, inShort, type MachineBed } from './testing/machine-bed.ts'
import { type Life, onBothNodes } from './testing/on-both-nodes.ts'
import type { StubPlan, StubStep } from './testing/stub-plan.ts'

const [one, two] = ['ERR000001', 'ERR000002']

function wholeRun(run: string): StubStep {
  return { kind: 'outputs', run, files: { [`${run}/contigs.fa`]: 'ACGT' }, complete: 'right' }
}

const twoRuns: StubPlan = {
  executions: [{ steps: [wholeRun(one), { kind: 'wait for', file: 'go-on' }, wholeRun(two)], end: { exit: 0 } }],
}
const hanging: StubPlan = { executions: [{ steps: [{ kind: 'orphan', deaf: true }, wholeRun(one)], end: 'hang' }] }

function toldRuns(bed: MachineBed): string[] {
  return bed.daemon.acknowledged('outcome').map(heard => heard.body.outcome?.runAccession ?? '')
}

const lives: Life[] = [
  [
    'with no daemon to be reached it works from its folder, and says everything later, in order',
    async bed => {
      await bed.daemon.close()
      bed.lay(twoRuns, anAssignment(bed.attemptId, [one, two]), { given: true, boot: { offlineSeconds: 0.1 } })
      bed.makeLaunchFile('go-on')
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'finished')
      await bed.daemon.open()
      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
      assert.deepEqual(toldRuns(bed), [one, two])
      const paths = bed.daemon.heard.map(heard => heard.path).filter(path => path !== '/agent/beat')
      assert.deepEqual(paths, ['/agent/register', '/agent/outcome', '/agent/outcome', '/agent/closing'])
      assert.equal(bed.agent?.exitCode, null)
    },
  ],
  [
    'where no daemon listens at all it works from its folder, and its files say how it stands',
    async bed => {
      bed.lay(twoRuns, anAssignment(bed.attemptId, [one, two]), { given: true, daemon: false })
      bed.makeLaunchFile('go-on')
      bed.start()
      assert.equal((await bed.untilClosed()).ending, 'finished')
      await bed.until(() => bed.standing()?.progress.phase === 'done', 'the standing says done')
      const beat = bed.standing()?.beat ?? 0
      await bed.until(() => (bed.standing()?.beat ?? 0) > beat, 'it goes on beating')
      assert.deepEqual(bed.standing()?.outcomes.map(inShort), [`${one} done`, `${two} done`])
      assert.equal(bed.daemon.heard.length, 0)
    },
  ],
  [
    'a daemon that goes away in the middle, or knows the attempt not yet, disturbs nothing; what it missed it hears later',
    async bed => {
      bed.lay(twoRuns, anAssignment(bed.attemptId, [one, two]))
      bed.start()
      await bed.until(() => toldRuns(bed).includes(one), 'the first run is told')
      bed.daemon.status = 503
      await bed.until(() => bed.daemon.heard.some(heard => heard.status === 503), 'a beat is answered 503')
      await bed.daemon.close()
      bed.makeLaunchFile('go-on')
      await bed.untilClosed()
      assert.deepEqual(toldRuns(bed), [one])
      bed.daemon.status = undefined
      await bed.daemon.open()
      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
      assert.deepEqual(toldRuns(bed), [one, two])
    },
  ],
  [
    'a daemon that is there but does not know the attempt yet is waited for, whatever lies in the folder',
    async bed => {
      bed.daemon.status = 503
      bed.lay(twoRuns, anAssignment(bed.attemptId, [one, two]), { given: true, boot: { offlineSeconds: 0.05 } })
      bed.start()
      await bed.until(() => bed.daemon.heard.length >= 4, 'it asks again')
      await sleep(100)
      assert.ok(!existsSync(bed.path('launch')))
      assert.equal(bed.standing()?.progress.phase, 'waiting')
      bed.makeLaunchFile('go-on')
      bed.daemon.status = undefined
      assert.equal((await bed.untilClosed()).ending, 'finished')
    },
  ],
  [
    'a closed attempt is left at once: the pipeline is gone, no closing document is written',
    async bed => {
      bed.lay(hanging, anAssignment(bed.attemptId, [one, two]))
      bed.start()
      await bed.until(() => toldRuns(bed).includes(one), 'the first run is told')
      assert.ok(bed.leftOver().length >= 2, 'the stub and its deaf orphan run')
      bed.daemon.status = 410
      assert.equal(await bed.untilExit(), 0)
      assert.deepEqual(bed.leftOver(), [])
      assert.ok(!existsSync(bed.path('results/DONE.json')))
    },
  ],
  [
    'a daemon of somebody else at the same address ends nothing: the work goes on, and is told when ours is back',
    async bed => {
      bed.lay(twoRuns, anAssignment(bed.attemptId, [one, two]))
      bed.start()
      await bed.until(() => toldRuns(bed).includes(one), 'the first run is told')
      bed.daemon.status = 401
      await bed.until(() => bed.daemon.heard.filter(heard => heard.status === 401).length >= 4, 'beats are answered 401')
      bed.makeLaunchFile('go-on')
      await bed.untilClosed()
      assert.deepEqual(toldRuns(bed), [one])
      bed.daemon.status = undefined
      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
      assert.deepEqual(toldRuns(bed), [one, two])
    },
  ],
  [
    'an agent whose folder is taken away ends its pipeline and leaves: nobody could find it any more',
    async bed => {
      bed.lay(hanging, anAssignment(bed.attemptId, [one, two]), { given: true, daemon: false })
      bed.start()
      await bed.until(() => bed.standing()?.progress.runsDone === 1, 'the pipeline hangs')
      // At once: a folder that is still written into cannot be removed file by file.
      renameSync(bed.folder, `${bed.folder}.taken`)
      assert.equal(await bed.untilExit(), 0)
      assert.deepEqual(bed.leftOver(), [])
      assert.ok(!existsSync(bed.folder))
      rmSync(`${bed.folder}.taken`, { recursive: true })
    },
  ],
  [
    'an attempt that is closed before it began is left without a trace of work',
    async bed => {
      bed.daemon.status = 410
      bed.lay(hanging, anAssignment(bed.attemptId, [one]), { given: true })
      bed.start()
      assert.equal(await bed.untilExit(), 0)
      assert.ok(!existsSync(bed.path('launch')) && !existsSync(bed.path('results')))
    },
  ],
]

onBothNodes('an agent', lives)
