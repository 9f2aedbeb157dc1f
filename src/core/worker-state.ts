import type { Table } from './transition.ts'

export type WorkerState = 'requested' | 'booting' | 'working' | 'destroying' | 'destroyed'
export type WorkerEvent = 'created' | 'neverBorn' | 'register' | 'lapse' | 'dismiss' | 'vanish' | 'confirmGone' | 'reappear'

/** `neverBorn`: its tag stayed empty for the whole lag window. `reappear`: the provider shows again what was gone. */
export const workerTable: Table<WorkerState, WorkerEvent> = {
  requested: { created: 'booting', neverBorn: 'destroyed' },
  booting: { register: 'working', lapse: 'destroying', dismiss: 'destroying', vanish: 'destroying' },
  working: { lapse: 'destroying', dismiss: 'destroying', vanish: 'destroying' },
  destroying: { confirmGone: 'destroyed' },
  destroyed: { reappear: 'destroying' },
}
