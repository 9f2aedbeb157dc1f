import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { killPipeline, programsOfPipeline, seePrograms, type SeenProgram } from './kill-pipeline.ts'
import { systemTiming } from './timing.ts'

function aProgram(pid: number, overrides: Partial<SeenProgram> = {}): SeenProgram {
  return { pid, parent: 1, group: pid, session: pid, state: 'S', startTicks: '1', isMarked: false, ...overrides }
}

function pidsOf(...seen: SeenProgram[]): number[] {
  return programsOfPipeline(seen, 10).map(program => program.pid)
}

test('the pipeline is what bears its marker, what descends from the agent, and what shares its session; never the agent', () => {
  const agent = aProgram(10)
  assert.deepEqual(pidsOf(agent, aProgram(11, { isMarked: true })), [11])
  assert.deepEqual(pidsOf(agent, aProgram(12, { parent: 13 }), aProgram(13, { parent: 10 })), [12, 13])
  assert.deepEqual(pidsOf(agent, aProgram(14, { session: 10 }), aProgram(15)), [14])
})

test('in a session that the agent does not lead, others are left alone', () => {
  assert.deepEqual(pidsOf(aProgram(10, { session: 5 }), aProgram(5, { session: 5 }), aProgram(6, { session: 5 })), [])
})

test('a program that has ended and waits for its parent is not one any more', () => {
  assert.deepEqual(pidsOf(aProgram(10), aProgram(11, { isMarked: true, state: 'Z' })), [])
})

test('what ignores TERM and has left its session is ended all the same, with all that it starts meanwhile', async () => {
  const attemptId = `kill-${process.pid}`
  const script = 'trap "" TERM; while :; do setsid sleep 5 & sleep 0.05; done'
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', MICROFETCH_PIPELINE: attemptId },
  })
  const marked = (): SeenProgram[] => seePrograms(attemptId).filter(program => program.isMarked && program.state !== 'Z')
  while (marked().length < 3) await systemTiming.sleep(10)
  const said: string[] = []
  const log = { say: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) }
  assert.deepEqual(await killPipeline({ attemptId, graceSeconds: 0.1 }, systemTiming, log), [])
  assert.deepEqual(marked(), [])
  assert.deepEqual(said, ['ending the pipeline'])
  assert.deepEqual(await killPipeline({ attemptId, graceSeconds: 0.1 }, systemTiming, log), [], 'again is the same as once')
  child.unref()
})
