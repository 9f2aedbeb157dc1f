import type { FaultName } from '../../src/rehearsal/faults.ts'
import type { ArmWish } from '../../src/rehearsal/scenario.ts'

/** How a fault is armed, beside what it is and whom it strikes. */
export type Wish = Omit<ArmWish, 'fault' | 'match'>

/**
 * Where a fault of the menu is tried, and how.
 *
 * - `answers`: struck at a known taxon's full check, once (`wish`) and then for as long as it lasts.
 * - `archive`: struck at every door of the archive, with nobody else to ask; `once` and lasting.
 * - `links`: struck while a person looks at what adding a taxon would mean.
 * - `looks`: struck when a run that waits for its files is looked at again, once and lasting.
 * - `rows`: one row of a listing, from the first listing on, or after the run was delivered.
 * - `files`: one run's files on their way, with the real pipeline.
 */
export type Way =
  | { at: 'answers'; wish?: Wish; where?: 'taxonomy' }
  | { at: 'archive' | 'links' | 'looks' }
  | { at: 'rows'; since?: 'delivered'; apart?: true; wish?: Wish }
  | { at: 'files'; wish?: Wish; also?: { fault: FaultName; wish?: Wish } }

const answers = { at: 'answers' } as const
const rows = { at: 'rows' } as const
const changes = { at: 'rows', since: 'delivered' } as const
const files = { at: 'files' } as const

/** Every fault of the menu: the compiler refuses a table that lacks one. */
export const ways: Readonly<Record<FaultName, Way>> = {
  'search-204-spurious': answers,
  'search-empty-list': answers,
  'search-empty-body': answers,
  'search-400-text': answers,
  'search-400-message': answers,
  'search-401': answers,
  'search-429': answers,
  'search-429-retry-after': answers,
  'search-html-500': answers,
  'search-html-502': answers,
  'search-html-503': answers,
  'search-html-200': answers,
  'search-reset': answers,
  'search-stall': answers,
  'search-truncated-json': answers,
  'search-truncated-tsv': answers,
  'search-connection-cut': answers,
  'search-stall-midway': answers,
  'search-slow': answers,
  'search-short-answer': answers,
  'search-limit-imposed': { at: 'answers', wish: { amount: 4 } },
  'rows-missing': { at: 'answers', wish: { amount: 5 } },
  'rows-doubled': answers,
  'page-repeated': answers,
  'empty-after-rows': answers,
  'count-garbage': answers,
  'count-with-header': answers,
  'count-zero': answers,
  'count-drifting': answers,
  'count-far-off': answers,
  'count-html-503': answers,
  'count-204': answers,
  'filereport-204-spurious': { at: 'looks' },
  'filereport-html-500': { at: 'looks' },
  'return-fields-html-503': { at: 'archive' },
  'links-html-503': { at: 'links' },
  'taxonomy-html-503': { at: 'answers', where: 'taxonomy' },
  'taxonomy-404-spurious': { at: 'answers', where: 'taxonomy' },
  'taxonomy-stall': { at: 'answers', where: 'taxonomy' },
  'column-removed': { at: 'archive' },
  'search-extra-key': answers,
  'date-header-skewed': answers,
  'portal-outage': { at: 'archive' },
  'portal-busy': { at: 'archive' },
  'row-html-entities': rows,
  'row-quotes': rows,
  'row-non-ascii': rows,
  'row-mojibake': rows,
  'row-odd-dates': rows,
  'row-empty-counts': rows,
  'row-count-garbage': rows,
  'row-tab-in-cell': rows,
  'row-line-break-in-cell': rows,
  'row-accession-broken': rows,
  'row-tax-id-garbage': { at: 'rows', apart: true },
  'row-sample-changed': changes,
  'row-updated-before-public': rows,
  'rows-reindexed': changes,
  'column-emptied': rows,
  'row-trailing-semicolon': files,
  'row-list-length-mismatch': rows,
  'row-md5-missing': rows,
  'row-md5-stale': files,
  'row-mates-swapped': files,
  'row-address-with-scheme': files,
  'row-empty-files': rows,
  'row-orphan-first': files,
  'row-single-with-two': files,
  'row-paired-with-one': rows,
  'row-subreads': rows,
  'row-files-regenerated': changes,
  'row-suppressed': changes,
  'row-withdrawn': changes,
  'row-taxon-moved': changes,
  'file-404': files,
  'file-404-once': files,
  'file-421': files,
  'file-425': files,
  'file-html-503': files,
  'file-429-retry-after': files,
  'file-html-200': files,
  'file-zero-bytes': files,
  'file-reset': files,
  'file-no-answer': files,
  // Two transfers that break off, then a third try: without the ban it would have the rest.
  'file-ban-after-incomplete': { at: 'files', wish: { amount: 2 }, also: { fault: 'file-truncated-body', wish: { times: 2 } } },
  'run-withdrawn-before-download': files,
  'file-regenerated-before-download': files,
  'file-truncated-body': files,
  'file-short-body': files,
  'file-stall': files,
  'file-slow': files,
  'file-wrong-md5-once': files,
  'file-wrong-md5-always': files,
  // Only who goes on where a transfer broke off asks for a range.
  'file-range-ignored': { at: 'files', also: { fault: 'file-truncated-body' } },
  'file-gzip-truncated-right-md5': files,
  'file-mates-unequal': files,
  'file-too-few-reads': files,
  'file-empty-gzip': files,
  'file-flat-qualities': files,
  'file-not-fastq': files,
  'file-broken-fastq': files,
}

/** The faults that are tried at one place, in the order of the menu. */
export function faultsAt<Place extends Way['at']>(place: Place): [FaultName, Extract<Way, { at: Place }>][] {
  return (Object.entries(ways) as [FaultName, Way][]).filter(([, way]) => way.at === place) as never
}
