import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { anAssignment, inShort, type MachineBed } from './testing/machine-bed.ts'
import { type Life, onBothNodes } from './testing/on-both-nodes.ts'
import type { StubExecution, StubStep } from './testing/stub-plan.ts'

const [one, two, three] = ['ERR000001', 'ERR000002', 'ERR000003']

function wholeRun(run: string): StubStep {
  return { kind: 'outputs', run, files: { [`${run}/contigs.fa`]: 'ACGT' }, complete: 'right' }
}

function failedTask(run: string, action: string): StubStep {
  return { kind: 'task', run, process: 'ASSEMBLE', status: 'FAILED', exit: '51', action }
}

const hanging: StubExecution = {
  steps: [{ kind: 'orphan', deaf: true }, wholeRun(one), failedTask(two, 'IGNORE')],
  end: 'hang',
  // What dies of our own TERM is no failure of its run.
  onTerm: [{ kind: 'task', run: three, process: 'ASSEMBLE', status: 'FAILED', exit: '143', action: 'IGNORE' }],
}

async function untilHanging(bed: MachineBed): Promise<void> {
  await bed.until(
    () => bed.standing()?.progress.runsDone === 1 && bed.standing()?.progress.runsFailed === 1,
    'the pipeline hangs',
  )
}

const lives: Life[] = [
  [
    'the deadline ends the pipeline with all that it left, and what was unfinished is to be tried again',
    async bed => {
      const deadline = { deadlineSeconds: 1.5 }
      bed.lay({ executions: [hanging] }, anAssignment(bed.attemptId, [one, two, three], deadline))
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'deadline')
      assert.deepEqual(closing.outcomes.map(inShort).slice(2), [`${three} failed WORK_DEADLINE retry`])
      assert.deepEqual(bed.leftOver(), [])
      await bed.until(() => bed.standing()?.progress.phase === 'done', 'the agent stays until it is sent away')
    },
  ],
  [
    'a pipeline that makes no progress is ended long before the deadline',
    async bed => {
      bed.lay({ executions: [hanging] }, anAssignment(bed.attemptId, [one, two, three], { stallSeconds: 0.6 }))
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'stalled')
      assert.deepEqual(closing.outcomes.map(inShort).slice(2), [`${three} failed PIPE_STALL retry`])
      assert.deepEqual(bed.leftOver(), [])
    },
  ],
  [
    'TERM ends the pipeline, writes and tells the closing document, and ends the agent',
    async bed => {
      bed.lay({ executions: [hanging] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      await untilHanging(bed)
      bed.agent?.kill('SIGTERM')
      assert.equal(await bed.untilExit(), 0)
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'dismissed')
      assert.deepEqual(closing.outcomes.map(inShort), [
        `${one} done`,
        `${two} failed ASM_NO_CONTIGS none`,
        `${three} failed WORK_LOST retry`,
      ])
      assert.equal(bed.daemon.acknowledged('closing').length, 1)
      assert.deepEqual(bed.leftOver(), [])
    },
  ],
  [
    'a daemon may ask for the end; the agent closes and waits to be destroyed',
    async bed => {
      bed.lay({ executions: [hanging] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      await untilHanging(bed)
      bed.daemon.stop = true
      assert.equal((await bed.untilClosed()).ending, 'dismissed')
      await bed.until(() => bed.standing()?.progress.phase === 'done', 'it waits')
      assert.equal(bed.agent?.exitCode, null)
    },
  ],
  [
    'a killed Nextflow is noticed, what outlived it is ended, and it is resumed once, without the runs that are settled',
    async bed => {
      const killed: StubExecution = {
        steps: [{ kind: 'orphan', deaf: false }, wholeRun(one), failedTask(two, 'IGNORE')],
        end: 'kill -9',
      }
      const resumed: StubExecution = { steps: [wholeRun(one), wholeRun(two), wholeRun(three)], end: { exit: 0 } }
      bed.lay({ executions: [killed, resumed] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'finished')
      assert.deepEqual(closing.outcomes.map(inShort), [`${one} done`, `${three} done`, `${two} failed ASM_NO_CONTIGS none`])
      assert.deepEqual(bed.leftOver(), [])
      assert.match(bed.read('launch/arguments.txt'), /trace-1[^\n]+\nrun [^\n]+trace-2\.txt [^\n]+ -resume /)
      assert.ok(!bed.read('launch/samplesheet-2.csv').includes(one) && bed.read('launch/samplesheet-2.csv').includes(three))
    },
  ],
  [
    'a Nextflow that is killed again and again without coming further is given up, and its runs are to be tried elsewhere',
    async bed => {
      bed.lay(
        { executions: [{ steps: [{ kind: 'print', text: 'ERROR ~ no such thing' }], end: 'kill -9' }] },
        anAssignment(bed.attemptId, [one]),
      )
      bed.start()
      const closing = await bed.untilClosed()
      assert.equal(closing.ending, 'pipeline failed')
      assert.deepEqual(closing.outcomes.map(inShort), [`${one} failed PIPE_FAIL retry`])
      assert.match(JSON.stringify(closing.outcomes), /nextflow signal=SIGKILL: ERROR ~ no such thing/)
      assert.equal(bed.read('launch/arguments.txt').split('\n').length - 1, 2)
    },
  ],
  [
    'a run whose failure ends the whole pipeline does not stop the others: they are resumed without it, as often as that helps',
    async bed => {
      const first: StubExecution = {
        steps: [failedTask(one, 'TERMINATE'), { kind: 'task', run: three, process: 'FETCH', status: 'ABORTED', exit: '-' }],
        end: { exit: 1 },
      }
      const second: StubExecution = { steps: [failedTask(two, 'TERMINATE')], end: { exit: 1 } }
      const third: StubExecution = { steps: [wholeRun(three)], end: { exit: 0 } }
      bed.lay({ executions: [first, second, third] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      const closing = await bed.untilClosed()
      const short = closing.outcomes.map(inShort)
      assert.deepEqual(short, [`${three} done`, `${one} failed ASM_NO_CONTIGS none`, `${two} failed ASM_NO_CONTIGS none`])
      assert.equal(closing.ending, 'finished')
    },
  ],
  [
    'a closing document that cannot be written is written as soon as it can; the work folder makes room for it',
    async bed => {
      const steps: StubStep[] = [{ kind: 'wait for', file: 'go-on' }, wholeRun(one)]
      bed.lay({ executions: [{ steps, end: { exit: 0 } }] }, anAssignment(bed.attemptId, [one]))
      bed.start()
      await bed.until(() => existsSync(bed.path('results')), 'the work begins')
      mkdirSync(bed.path('results/DONE.json/in-the-way'), { recursive: true })
      bed.makeLaunchFile('go-on')
      await bed.until(() => bed.read('agent.log').includes('closing document not written'), 'it is tried')
      await bed.until(() => !existsSync(bed.path('work')), 'the work folder is removed')
      assert.equal(bed.daemon.acknowledged('closing').length, 0)
      rmSync(bed.path('results/DONE.json'), { recursive: true })
      assert.deepEqual((await bed.untilClosed()).outcomes.map(inShort), [`${one} done`])
      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
    },
  ],
  [
    'a Nextflow that cannot be started is said, not tried again',
    async bed => {
      bed.lay({ executions: [] }, anAssignment(bed.attemptId, [one], { nextflow: ['/nowhere/nextflow'] }))
      bed.start()
      const closing = await bed.untilClosed()
      assert.deepEqual(closing.outcomes.map(inShort), [`${one} failed PIPE_FAIL retry`])
      assert.match(JSON.stringify(closing.outcomes), /ENOENT/)
    },
  ],
  [
    'a second agent in the same folder leaves the first alone; after its death one may stand in for it, if it had closed',
    async bed => {
      bed.lay(
        { executions: [{ steps: [{ kind: 'wait for', file: 'go-on' }, wholeRun(one)], end: { exit: 0 } }] },
        anAssignment(bed.attemptId, [one]),
      )
      bed.start()
      const first = bed.agent
      await bed.until(() => existsSync(bed.path('launch/arguments.txt')), 'the pipeline is started')
      bed.start()
      assert.equal(await bed.untilExit(), 3)
      assert.equal(first?.exitCode, null)
      bed.makeLaunchFile('go-on')
      const closing = await bed.untilClosed()
      await bed.until(() => bed.daemon.acknowledged('closing').length === 1, 'the closing document is told')
      const machine = bed.read('machine.json')

      first?.kill('SIGKILL')
      await bed.until(() => first?.signalCode === 'SIGKILL', 'the first agent is dead')
      bed.start()
      await bed.until(() => bed.daemon.acknowledged('closing').length === 2, 'the one that stands in tells it again')
      assert.deepEqual(JSON.parse(readFileSync(bed.path('results/DONE.json'), 'utf8')), closing)
      assert.equal(bed.read('machine.json'), machine)
      assert.equal(bed.read('launch/arguments.txt').split('\n').length - 1, 1)
    },
  ],
  [
    'an agent that died at work is not stood in for: its folder is left as it is',
    async bed => {
      bed.lay({ executions: [hanging] }, anAssignment(bed.attemptId, [one, two, three]))
      bed.start()
      await untilHanging(bed)
      const { agent } = bed
      agent?.kill('SIGKILL')
      await bed.until(() => agent?.signalCode === 'SIGKILL', 'the agent is dead')
      bed.start()
      assert.equal(await bed.untilExit(), 3)
      assert.ok(!existsSync(bed.path('results/DONE.json')))
    },
  ],
]

onBothNodes('an agent', lives)
