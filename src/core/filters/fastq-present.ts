import type { Filter } from './filter.ts'

/** Without FASTQ there is nothing to fetch yet: such a run goes to the waiting shelf. */
export const fastqPresent: Filter = {
  name: 'FASTQ present',
  judge: run => (run.archiveState === 'waiting' ? { code: 'META_WAITING', detail: 'fastq_ftp is empty' } : 'accepted'),
}
