import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Problem } from '../core/problem.ts'
import { collectOnce, keepCollecting, type Round } from './keep-collecting.ts'
import type { Transfers } from './transfers.ts'
import type { Visited } from './visit.ts'

const nothing: Visited = { claimed: 0, reported: 0, removed: 0, links: 0, toldLibrary: false, inWindow: true }

/** Rounds over visits that were written down beforehand; the signal aborts when there are no more. */
function rounds(visits: (Visited | Error)[]): { round: Round; waits: number[]; said: string[]; signal: AbortSignal } {
  const waits: number[] = []
  const said: string[] = []
  const ended = new AbortController()
  const transfers = { sums: { stored: 0, failed: 0, noSpace: 0 }, holds: () => [], drained: async () => undefined }
  const visit = async (): Promise<Visited> => {
    const next = visits.shift()
    if (visits.length === 0) ended.abort()
    if (next instanceof Error) throw next
    return next ?? nothing
  }
  const round: Round = {
    visitor: { visit, looked: async () => undefined, beat: async () => undefined },
    transfers: transfers as unknown as Transfers,
    log: { say: text => void said.push(text), warn: (text, fields) => void said.push(`${text}: ${String(fields?.['why'])}`) },
    wait: async seconds => void waits.push(seconds),
  }
  return { round, waits, said, signal: ended.signal }
}

suite('a collector that stays', () => {
  test('waits longer after each failure, tells the same only once, and says when the daemon answers again', async () => {
    const away = new Problem('unreachable', 'no answer')
    const { round, waits, said, signal } = rounds([away, away, away, nothing, nothing])
    await keepCollecting(round, 60, signal)
    assert.deepEqual(waits, [5, 10, 20, 60, 60])
    assert.deepEqual(said, ['the daemon cannot be asked: no answer', 'the daemon answers again'])
  })

  test('does not knock often at a door whose token is refused', async () => {
    const { round, waits, signal } = rounds([new Problem('refused', 'not the token'), nothing])
    await keepCollecting(round, 60, signal)
    assert.deepEqual(waits, [600, 60])
  })

  test('ends with a fault of its own, which waiting does not cure', async () => {
    const { round, signal } = rounds([new TypeError('a bug'), nothing])
    await assert.rejects(keepCollecting(round, 60, signal), /a bug/)
  })
})

suite('a collector that runs once', () => {
  test('ends with the first visit that finds nothing', async () => {
    const { round, waits } = rounds([nothing, nothing, nothing])
    await collectOnce(round, new AbortController().signal)
    assert.deepEqual(waits, [])
  })

  test('waits a little for the daemon to acknowledge what was reported, so that its sources go too, and not for ever', async () => {
    const reported = { ...nothing, reported: 1 }
    const done = rounds([reported, nothing, { ...nothing, removed: 1 }, nothing, nothing])
    await collectOnce(done.round, new AbortController().signal)
    assert.equal(done.waits.length, 3)
    const slow = rounds([reported, ...Array.from({ length: 20 }, () => nothing)])
    await collectOnce(slow.round, new AbortController().signal)
    assert.equal(slow.waits.length, 6)
  })

  test('throws what kept it from the daemon', async () => {
    const { round } = rounds([new Problem('unreachable', 'no answer'), nothing])
    await assert.rejects(collectOnce(round, new AbortController().signal), /no answer/)
  })
})
