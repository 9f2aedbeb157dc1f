import type { Filter } from './filter.ts'

/** The archive's lists of files, sizes and checksums must go together. */
export const fileLists: Filter = {
  name: 'file lists',
  judge: run => (run.filesProblem === undefined ? 'accepted' : { code: 'META_FILES', detail: run.filesProblem }),
}
