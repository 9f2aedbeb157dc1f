import { statfs } from 'node:fs/promises'
import type { Clock } from '../../core/clock.ts'
import type { RsyncSettings } from '../rsync.ts'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Log } from '../../core/log.ts'

/** A library, and all that storing in it takes. */
export interface Library {
  /** Absolute. Its `incoming` and `runs` lie on one file system. */
  folder: string
  /** The collector's name, for receipts. */
  collector: string
  /** Bytes that are left free: no transfer begins that would take them. */
  reserveBytes: number
  rsync: RsyncSettings
  clock: Clock
  effect: EffectPoint
  log: Log
}

/** Bytes that may still be written in the library's file system. */
export async function freeBytesOf(folder: string): Promise<number> {
  const status = await statfs(folder, { bigint: true })
  return Number(status.bavail * status.bsize)
}
