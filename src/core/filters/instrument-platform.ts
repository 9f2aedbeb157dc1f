import type { Filter } from './filter.ts'
import { isOneOf, notIn } from './one-of.ts'

/** Which kind of machine read it, e.g. ILLUMINA. */
export const instrumentPlatform: Filter = {
  name: 'instrument platform',
  judge: (run, { settings }) =>
    isOneOf(run.instrumentPlatform, settings.filters.platforms)
      ? 'accepted'
      : { code: 'META_PLATFORM', detail: notIn('instrument_platform', run.instrumentPlatform, settings.filters.platforms) },
}
