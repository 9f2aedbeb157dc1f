import type { Filter } from './filter.ts'

/** What the archive no longer has cannot be fetched. */
export const withdrawn: Filter = {
  name: 'withdrawn',
  judge: run =>
    run.archiveState === 'withdrawn'
      ? { code: 'RUN_WITHDRAWN', detail: 'two full reconciles and a look-up by accession missed it' }
      : 'accepted',
}
