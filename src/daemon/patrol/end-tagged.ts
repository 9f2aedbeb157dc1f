import { atOnce } from '../../core/at-once.ts'
import { waitAfter } from '../../core/backoff.ts'
import { describeError, isTemporary, Problem } from '../../core/problem.ts'
import type { Timing } from '../fetch/timing.ts'
import type { TaggedMachine } from './tagged-machines.ts'

/** What became of one machine. `gone`: the provider no longer knows it · `left`: it is there still, and why. */
export interface Ended {
  id: string
  name: string
  outcome: 'gone' | 'left'
  why: string
}

/** How machines are ended. */
export interface Ending {
  destroy(machineId: string): Promise<'going' | 'gone'>
  timing: Timing
  signal: AbortSignal
  /** So long it is waited for the provider to say that they are gone, in seconds. */
  patienceSeconds: number
  /** Told after each round: how many are gone, of how many. */
  progress(gone: number, of: number): void
}

/** Deletions asked for at the same time: the provider's pace is the true bound. */
const endedAtOnce = 8
const firstWaitSeconds = 1
const longestWaitSeconds = 15

/**
 * Asks for the deletion of each machine, again and again, until the provider says that it is gone: a deletion that was accepted is not
 * believed. What cannot be ended, or does not go in time, is told in the answer; nothing is thrown for it.
 */
export async function endTagged(machines: readonly Pick<TaggedMachine, 'id' | 'name'>[], ending: Ending): Promise<Ended[]> {
  const ended = new Map<string, Ended>()
  const untilMs = ending.timing.nowMs() + ending.patienceSeconds * 1000
  const why = new Map<string, string>()
  for (let round = 1; ; round += 1) {
    const pending = machines.filter(({ id }) => !ended.has(id))
    await atOnce(pending, endedAtOnce, async ({ id, name }) => {
      const answer = await askOnce(id, ending)
      if (answer.kind === 'gone') ended.set(id, { id, name, outcome: 'gone', why: '' })
      if (answer.kind === 'refused') ended.set(id, { id, name, outcome: 'left', why: answer.why })
      if (answer.kind === 'going') why.set(id, answer.why)
    })
    ending.progress([...ended.values()].filter(({ outcome }) => outcome === 'gone').length, machines.length)
    if (ended.size === machines.length || ending.signal.aborted || ending.timing.nowMs() >= untilMs) break
    await ending.timing.sleep(waitAfter(round, firstWaitSeconds, longestWaitSeconds) * 1000, ending.signal).catch(() => undefined)
  }
  return machines.map(({ id, name }) => ended.get(id) ?? { id, name, outcome: 'left', why: why.get(id) ?? 'it does not go' })
}

type Answer = { kind: 'gone' } | { kind: 'going' | 'refused'; why: string }

async function askOnce(machineId: string, ending: Ending): Promise<Answer> {
  try {
    const answer = await ending.destroy(machineId)
    return answer === 'gone' ? { kind: 'gone' } : { kind: 'going', why: 'its deletion was asked for, and it is still there' }
  } catch (error) {
    const why = describeError(error)
    return error instanceof Problem && !isTemporary(error.code) ? { kind: 'refused', why } : { kind: 'going', why }
  }
}
