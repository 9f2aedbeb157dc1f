import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Problem } from '../core/problem.ts'
import type { Agent } from './agent.ts'
import type { PipelineEnd } from './pipeline.ts'
import { settleUnfinished } from './settle-unfinished.ts'
import { aQuietAgent, freshWork } from './testing/a-quiet-agent.ts'
import { anAssignment, inShort } from './testing/machine-bed.ts'
import type { TaskRow } from './trace.ts'
import type { Work } from './work-in-hand.ts'

const run = 'ERR000001'
const quietEnd: PipelineEnd = { kind: 'exited', status: 0 }

function aFailure(overrides: Partial<TaskRow>): TaskRow {
  const row = {
    process: 'FETCH',
    tag: run,
    name: 'FETCH',
    status: 'FAILED',
    exit: 44,
    attempt: 1,
    workdir: '',
    errorAction: 'IGNORE',
    isOverTime: false,
  }
  return { ...row, ...overrides }
}

/** How the only run is settled when `prepare` has laid things out and the pipeline ended so: in short, and why. */
async function settled(end: PipelineEnd, prepare: (work: Work, agent: Agent) => void): Promise<[string, string]> {
  const agent = aQuietAgent([run])
  const work = freshWork(agent, anAssignment('a1', [run]))
  prepare(work, agent)
  await settleUnfinished(agent, work, end)
  const [outcome] = agent.board.outcomes()
  assert.ok(outcome?.outcome === 'failed')
  assert.deepEqual(agent.board.open(), [])
  return [inShort(outcome), outcome.detail]
}

test('a run whose results found no space is worth another machine', async () => {
  const [short] = await settled(quietEnd, work => {
    work.hindrances.set(run, { problem: new Problem('no-space', 'the disk is full'), againAtMs: 0 })
    work.tasks.note(aFailure({}), 1)
  })
  assert.equal(short, `${run} failed DL_DISK retry`)
})

test('a task that had failed and was being tried again is not why a deadline ended the work; one that had failed for good is', async () => {
  const [deadline] = await settled(quietEnd, (work, agent) => {
    work.tasks.note(aFailure({ errorAction: 'RETRY' }), 1)
    agent.halt.ask('deadline')
  })
  assert.equal(deadline, `${run} failed WORK_DEADLINE retry`)
  const [checksum] = await settled(quietEnd, (work, agent) => {
    work.tasks.note(aFailure({}), 1)
    agent.halt.ask('deadline')
  })
  assert.equal(checksum, `${run} failed DL_MD5 retry`)
})

test('a task that was being tried again when Nextflow died is why the run is not done', async () => {
  const [short] = await settled({ kind: 'killed', signal: 'SIGKILL' }, work =>
    work.tasks.note(aFailure({ errorAction: 'RETRY' }), 1),
  )
  assert.equal(short, `${run} failed DL_MD5 retry`)
})

test('the word of a failed task is read from its work folder, and from nowhere else', async () => {
  const lay = (folder: string): string => {
    mkdirSync(join(folder, 'ab'), { recursive: true })
    writeFileSync(join(folder, 'ab', '.command.err'), 'microfetch-reason: DL_MD5 file=x got=y\n')
    return join(folder, 'ab')
  }
  const inside = await settled(quietEnd, (work, agent) => work.tasks.note(aFailure({ workdir: lay(agent.config.paths.work) }), 1))
  assert.equal(inside[1], 'file=x got=y process=FETCH exit=44 attempt=1')
  const outside = await settled(quietEnd, (work, agent) => work.tasks.note(aFailure({ workdir: lay(agent.config.paths.out) }), 1))
  assert.equal(outside[1], 'process=FETCH exit=44 attempt=1')
})

test('after a quiet end, what is missing is named', async () => {
  const list = JSON.stringify({ files: [{ path: 'contigs.fa', bytes: 10 }] })
  const half = await settled(quietEnd, (_work, agent) => {
    mkdirSync(join(agent.config.paths.out, run))
    writeFileSync(join(agent.config.paths.out, run, 'run-complete.json'), list)
    writeFileSync(join(agent.config.paths.out, run, 'contigs.fa'), 'ACGT')
  })
  assert.deepEqual(half, [`${run} failed PIPE_NO_OUTPUT retry`, 'file=contigs.fa expected=10 got=4'])
  const nothing = await settled(quietEnd, work => {
    const { complete, ...recipe } = work.assignment.recipe
    work.assignment = { ...work.assignment, recipe }
    assert.ok(complete)
  })
  assert.deepEqual(nothing, [`${run} failed PIPE_NO_OUTPUT retry`, 'no output like {run}/*'])
})

test('where the pipeline failed as a whole, its own error and the task that did it are told', async () => {
  const [short, detail] = await settled({ kind: 'exited', status: 1 }, (work, agent) => {
    work.tasks.note(aFailure({ process: 'MULTIQC', tag: '', name: 'MULTIQC', exit: 2 }), 1)
    writeFileSync(
      agent.config.paths.pipelineLog,
      `${'noise\n'.repeat(300)}ERROR ~ Error executing process > 'MULTIQC'\n${'hints\n'.repeat(300)}`,
    )
  })
  assert.equal(short, `${run} failed PIPE_FAIL retry`)
  assert.match(detail, /^nextflow exit=1 process=MULTIQC exit=2: ERROR ~ Error executing process > 'MULTIQC' hints/)
})
