/** Every reason code, with what it tells a person. Upper case, the stage first, as AllTheBacteria writes them. */
export const reasons = {
  META_STRATEGY: 'its library strategy is not asked for',
  META_SOURCE: 'its library source is not asked for',
  META_LAYOUT: 'its read files do not have the layout asked for',
  META_PLATFORM: 'its sequencing platform is not asked for',
  META_BASES_LOW: 'it has too few bases for the depth asked for',
  META_BASES_HIGH: 'it has more bases than the depth allowed',
  META_WAITING: 'the archive has no FASTQ files of it yet; it is looked at again',
  META_FILES: 'the archive lists its files in a way that cannot be read',
  META_HUMAN: 'human reads are refused unless forced',
  META_REACH: 'it is older than the taxon reaches back',
  META_SUBTREE: 'it has left the subtree of this taxon',
  RUN_WITHDRAWN: 'the archive no longer has it',
  RUN_SUPERSEDED: 'its files changed in the archive; the new ones are owed instead',
  RUN_EXCLUDED: 'no taxon accepts it any more',
  TAXON_REMOVED: 'the taxon is no longer tracked',
  RECIPE_CHANGED: 'its taxon asks for another recipe now',
  RUN_HELD: 'the group already holds it',
  USER_SKIP: 'a person asked to skip it',
  DL_FAIL: 'no source delivered its files',
  DL_SIZE: 'a file is not as long as the archive says',
  DL_MD5: 'a file does not have the checksum the archive says',
  DL_GZIP: 'a file is not whole FASTQ in gzip, although its checksum is right',
  DL_PAIR: 'its mates do not hold the same number of reads',
  DL_READS_LOW: 'it holds fewer reads than asked for',
  DL_DISK: 'the worker had no space for its files',
  ASM_OOM: 'it needs more memory than allowed',
  ASM_TIME: 'it took longer than allowed',
  ASM_NO_CONTIGS: 'the assembler made no contigs',
  ASM_LEN: 'its assembly is not of a plausible length',
  ASM_FAIL: 'the assembler ended with an error',
  QC_FAIL: 'the read trimming ended with an error',
  PIPE_FAIL: 'the pipeline ended with an error',
  PIPE_STALL: 'the pipeline made no progress',
  PIPE_NO_OUTPUT: 'the pipeline left no output of it',
  WORK_LOST: 'its machine was lost while working on it',
  WORK_DEADLINE: 'the deadline ended the work on it',
  COLLECT_VERIFY: 'its files did not arrive as its manifest says',
} as const satisfies Record<string, string>

/** One of the codes above. */
export type ReasonCode = keyof typeof reasons

/** Whether `text` is one of our reason codes. */
export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(reasons, text)
}

/** A reason with the value that failed, e.g. `base_count=812331 < 15000000`. */
export interface Reason {
  code: ReasonCode
  detail: string
}
