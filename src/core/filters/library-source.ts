import type { Filter } from './filter.ts'
import { isOneOf, notIn } from './one-of.ts'

/** What the library was made from, e.g. GENOMIC. */
export const librarySource: Filter = {
  name: 'library source',
  judge: (run, { settings }) =>
    isOneOf(run.librarySource, settings.filters.sources)
      ? 'accepted'
      : { code: 'META_SOURCE', detail: notIn('library_source', run.librarySource, settings.filters.sources) },
}
