import { Problem, type ProblemCode } from '../core/problem.ts'

/** How an rsync ended. */
export interface RsyncExit {
  /** Null when a signal ended it. */
  status: number | null
  signal: string | null
  /** The last lines it wrote to its error stream, in the C locale. */
  complaint: string
}

interface Meaning {
  code: ProblemCode
  text: string
}

/** What each status means for the caller; rsync's manual lists them all. Those of the remote shell come from the shell. */
const meanings = new Map<number, Meaning>([
  [1, { code: 'bad-input', text: 'it was called wrongly' }],
  [2, { code: 'bad-input', text: 'the two sides speak different protocols' }],
  [3, { code: 'refused', text: 'a folder cannot be opened' }],
  [4, { code: 'bad-input', text: 'it cannot do what was asked' }],
  [5, { code: 'unreachable', text: 'the other side did not begin' }],
  [6, { code: 'refused', text: 'the other side cannot write its log' }],
  [10, { code: 'unreachable', text: 'the connection failed' }],
  // Also a folder that cannot be made, a broken disk, a read-only file system; a full disk is known by its complaint.
  [11, { code: 'refused', text: 'a file cannot be read or written' }],
  [12, { code: 'unreachable', text: 'the connection broke' }],
  [13, { code: 'unreachable', text: 'it could not report' }],
  [14, { code: 'unreachable', text: 'its two halves lost each other' }],
  [15, { code: 'unreachable', text: 'its other half crashed' }],
  [16, { code: 'unreachable', text: 'its other half was ended' }],
  [19, { code: 'unreachable', text: 'it was interrupted' }],
  [20, { code: 'unreachable', text: 'it was interrupted' }],
  [21, { code: 'unreachable', text: 'its other half was lost' }],
  [22, { code: 'no-capacity', text: 'there was no memory for it' }],
  [23, { code: 'unreachable', text: 'only a part was moved' }],
  [24, { code: 'unreachable', text: 'files vanished while it worked' }],
  [25, { code: 'bad-input', text: 'it would have deleted too much' }],
  [30, { code: 'unreachable', text: 'nothing came for too long' }],
  [35, { code: 'unreachable', text: 'the other side did not answer in time' }],
  [124, { code: 'refused', text: 'the remote shell failed' }],
  [125, { code: 'unreachable', text: 'the remote shell was killed' }],
  [126, { code: 'refused', text: 'the remote shell cannot run it' }],
  [127, { code: 'refused', text: 'the other side has no rsync' }],
  [255, { code: 'unreachable', text: 'the remote shell lost its connection' }],
])

/** A shell's way to tell of a signal: 128 and its number. */
const bySignal = 128
const endedBySignal: Meaning = { code: 'unreachable', text: 'its other half was ended by a signal' }
const diskFull = /No space left on device|Disk quota exceeded|File too large/
const complaintLength = 600

/** The Problem that an exit of rsync stands for; undefined for status 0, which is necessary and not sufficient. */
export function problemOfExit(exit: RsyncExit): Problem | undefined {
  if (exit.status === 0) return undefined
  const complaint = exit.complaint.trim().slice(-complaintLength)
  const said = complaint === '' ? '' : `: ${complaint}`
  if (exit.status === null) return new Problem('unreachable', `rsync was ended by ${exit.signal ?? 'a signal'}${said}`)
  // rsync tells of a full disk by 11, and by 23 where it only could not make a file.
  if (diskFull.test(exit.complaint)) return new Problem('no-space', `rsync ended with ${exit.status}, the disk is full${said}`)
  const meaning = meanings.get(exit.status) ??
    (exit.status > bySignal ? endedBySignal : undefined) ?? { code: 'broken-answer', text: 'its status is not a known one' }
  return new Problem(meaning.code, `rsync ended with ${exit.status}, ${meaning.text}${said}`)
}
