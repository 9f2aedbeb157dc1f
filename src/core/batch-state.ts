import type { Table } from './transition.ts'

export type BatchState = 'queued' | 'assigned' | 'started' | 'finished' | 'settled' | 'failed' | 'cancelled'
export type BatchEvent = 'assign' | 'start' | 'finish' | 'settle' | 'release' | 'giveUp' | 'cancel'

/** What was never started is never given up: a machine that does not speak is no fault of its batch. `finished ─release►` only when its machine has vanished; `queued ─settle►` when nothing in it is left to do. */
export const batchTable: Table<BatchState, BatchEvent> = {
  queued: { assign: 'assigned', settle: 'settled', cancel: 'cancelled' },
  assigned: { start: 'started', release: 'queued', cancel: 'cancelled' },
  started: { finish: 'finished', release: 'queued', giveUp: 'failed', cancel: 'cancelled' },
  finished: { settle: 'settled', release: 'queued' },
  settled: {},
  failed: {},
  cancelled: {},
}
