import type { Clock } from '../../core/clock.ts'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Log } from '../../core/log.ts'
import type { RsyncSettings } from '../rsync.ts'
import type { SshSettings } from '../ssh-command.ts'

/** What the collector needs; the library's folder is made when it is missing, its parent is not. */
export interface RsyncCollectorOptions {
  /** Absolute. */
  libraryFolder: string
  clock: Clock
  effect: EffectPoint
  log: Log
  /** Bytes that stay free in the library's file system; 200 MB when not given. */
  reserveBytes?: number | undefined
  /** Bytes that all deliveries together may have; no other bound than the disk when not given. */
  quotaBytes?: number | undefined
  /** A manifest that promises more bytes is not believed; 500 GB when not given. */
  mostRunBytes?: number | undefined
  rsync?: RsyncSettings
  /** How machines behind ssh are reached: at least the private key. Without it only folders of this computer are. */
  ssh?: (Pick<SshSettings, 'identityFile'> & Partial<SshSettings>) | undefined
  /** An existing folder for what one connection needs (host key, small documents); the system's when not given. */
  scratchFolder?: string | undefined
  /** The line that transfers may fill together, in kilobytes (of 1,024 bytes) a second: a number, or what it is at this time of day. */
  bandwidthKbytes?: number | (() => number | undefined) | undefined
  /** How many transfers the caller lets happen at the same time: each gets that part of the line; 1 when not given. */
  transfersAtOnce?: number | undefined
  /** Mode of what is stored, e.g. `0o440`; `0o444` when not given. Folders follow: whoever may read a file may look into its folder. */
  fileMode?: number | undefined
  /** Group of what is stored, by name or number; that of whoever collects when not given. */
  group?: string | undefined
}
