import { tmpdir } from 'node:os'
import { defaultRsync } from '../rsync.ts'
import { defaultSsh } from '../ssh-command.ts'
import type { Library } from './library.ts'
import { defaultFileMode, rightsOf } from './rights.ts'
import type { RsyncCollectorOptions } from './rsync-collector-options.ts'
import { spaceOf } from './space.ts'

const defaultReserveBytes = 200_000_000
const defaultMostRunBytes = 500_000_000_000

/** The library that the options describe, with what is the usual where they say nothing. Nothing on the disk is touched yet. */
export function openLibrary(options: RsyncCollectorOptions): Library {
  const { libraryFolder: folder, clock, effect, log, quotaBytes } = options
  const reserveBytes = options.reserveBytes ?? defaultReserveBytes
  return {
    folder,
    collector: 'rsync',
    rsync: options.rsync ?? defaultRsync,
    clock,
    effect,
    log,
    scratchFolder: options.scratchFolder ?? tmpdir(),
    ssh: options.ssh === undefined ? undefined : { ...defaultSsh, ...options.ssh },
    bandwidthKbytes: () => partOfLine(options),
    rights: rightsOf(options.fileMode ?? defaultFileMode, options.group),
    space: spaceOf({ folder, reserveBytes, quotaBytes, nowMs: () => clock().getTime() }),
    mostRunBytes: options.mostRunBytes ?? defaultMostRunBytes,
  }
}

/** Transfers cannot be slowed once they have begun, so each takes no more than its part from the first. */
function partOfLine({ bandwidthKbytes, transfersAtOnce }: RsyncCollectorOptions): number | undefined {
  const whole = typeof bandwidthKbytes === 'function' ? bandwidthKbytes() : bandwidthKbytes
  return whole === undefined ? undefined : Math.max(1, whole / Math.max(1, transfersAtOnce ?? 1))
}
