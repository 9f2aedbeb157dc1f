import { parentPort, workerData } from 'node:worker_threads'
import { runHistories, type HistoriesAsked } from './run-histories.ts'

// Started by `in-threads.ts`: one thread's share of the histories.
parentPort?.postMessage(await runHistories(workerData as HistoriesAsked))
