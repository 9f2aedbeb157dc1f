import type { Filter } from './filter.ts'
import { isOneOf, notIn } from './one-of.ts'

/** How the library was made to be sequenced, e.g. WGS. */
export const libraryStrategy: Filter = {
  name: 'library strategy',
  judge: (run, { settings }) =>
    isOneOf(run.libraryStrategy, settings.filters.strategies)
      ? 'accepted'
      : { code: 'META_STRATEGY', detail: notIn('library_strategy', run.libraryStrategy, settings.filters.strategies) },
}
