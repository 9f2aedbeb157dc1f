import { Problem, describeError, isTemporary } from '../../core/problem.ts'
import { hasCode } from '../has-code.ts'
import type { Collected } from '../collector.ts'

/** The value for a transfer that threw. What is neither a Problem nor an error of the system is a fault of ours, and is thrown on. */
export function failedTransfer(thrown: unknown): Collected {
  const why = describeError(thrown)
  if (thrown instanceof Problem) {
    if (thrown.code === 'no-space') return { kind: 'no-space', neededFreeBytes: undefined, why }
    return { kind: 'failed', temporary: isTemporary(thrown.code), why }
  }
  if (hasCode(thrown, 'ENOSPC', 'EDQUOT')) return { kind: 'no-space', neededFreeBytes: undefined, why }
  // Rights, a read-only or a wrongly laid-out library: they stay so until a person acts.
  if (hasCode(thrown, 'EACCES', 'EPERM', 'EROFS', 'EXDEV', 'ENOTDIR', 'EISDIR')) return { kind: 'failed', temporary: false, why }
  if (thrown instanceof Error && 'syscall' in thrown) return { kind: 'failed', temporary: true, why }
  throw thrown
}
