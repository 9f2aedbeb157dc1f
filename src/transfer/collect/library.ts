import type { Clock } from '../../core/clock.ts'
import type { Rights } from './rights.ts'
import type { RsyncSettings } from '../rsync.ts'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Log } from '../../core/log.ts'
import type { SshSettings } from '../ssh-command.ts'
import type { Space } from './space.ts'

/** A library, and all that storing in it takes. */
export interface Library {
  /** Absolute. Its `incoming` and `runs` lie on one file system. */
  folder: string
  /** The collector's name, for receipts. */
  collector: string
  rsync: RsyncSettings
  clock: Clock
  effect: EffectPoint
  log: Log
  /** Where private folders are made for one act each. */
  scratchFolder: string
  /** Undefined: no machine can be reached by ssh. */
  ssh: SshSettings | undefined
  /** What one transfer that begins now may take of the line; undefined: all of it. */
  bandwidthKbytes(): number | undefined
  /** Who may read what is stored. */
  rights: Rights
  space: Space
  /** No manifest that promises more is believed. */
  mostRunBytes: number
}
