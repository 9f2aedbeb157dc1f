import { Problem, describeError, isTemporary } from '../../../core/problem.ts'
import { hasCode } from '../../../transfer/has-code.ts'
import type { Collected } from '../collector.ts'

/** The value for a transfer that threw. What is neither a Problem nor an error of the system is a fault of ours, and is thrown on. */
export function failedTransfer(thrown: unknown): Collected {
  const why = describeError(thrown)
  if (thrown instanceof Problem) {
    const noSpace = thrown.code === 'no-space'
    return { kind: 'failed', temporary: noSpace || isTemporary(thrown.code), noSpace, why }
  }
  if (hasCode(thrown, 'ENOSPC', 'EDQUOT')) return { kind: 'failed', temporary: true, noSpace: true, why }
  // Rights, a read-only or a wrongly laid-out library: they stay so until a person acts.
  if (hasCode(thrown, 'EACCES', 'EPERM', 'EROFS', 'EXDEV', 'ENOTDIR', 'EISDIR'))
    return { kind: 'failed', temporary: false, noSpace: false, why }
  if (thrown instanceof Error && 'syscall' in thrown) return { kind: 'failed', temporary: true, noSpace: false, why }
  throw thrown
}
