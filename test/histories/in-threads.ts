import { Worker } from 'node:worker_threads'
import type { KnockOut } from './knock-out.ts'
import type { HistoriesAsked, HistoriesTold } from './run-histories.ts'

/** Shares histories among two threads and adds up what they tell. */
export async function historiesInThreads(
  count: number,
  without: KnockOut | undefined,
  stopsAtFirst: boolean,
): Promise<HistoriesTold> {
  const half = Math.ceil(count / 2)
  const shares: HistoriesAsked[] = [
    { firstSeed: 1, count: half, without, stopsAtFirst },
    { firstSeed: 1 + half, count: count - half, without, stopsAtFirst },
  ]
  const told = await Promise.all(shares.map(inThread))
  const all: HistoriesTold = { lived: 0, bad: [], transitions: {} }
  for (const one of told) {
    all.lived += one.lived
    all.bad.push(...one.bad)
    for (const [name, times] of Object.entries(one.transitions)) all.transitions[name] = (all.transitions[name] ?? 0) + times
  }
  return all
}

function inThread(asked: HistoriesAsked): Promise<HistoriesTold> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./histories-worker.ts', import.meta.url), { workerData: asked })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}
