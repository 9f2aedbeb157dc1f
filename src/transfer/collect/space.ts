import { statfs } from 'node:fs/promises'
import { Problem } from '../../core/problem.ts'
import { bytesWithin } from '../bytes-within.ts'
import { libraryBytes, type LibraryBytes } from './library-bytes.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** What the library's space is measured by. */
export interface SpaceLimits {
  /** Absolute. */
  folder: string
  /** Bytes that are left free in the file system: no transfer begins that would take them. */
  reserveBytes: number
  /** Bytes that all deliveries together may have; undefined: what the disk holds. */
  quotaBytes: number | undefined
  nowMs: () => number
}

/** A transfer that has its room: what it will still bring is kept free for it until it ends. */
export interface Place {
  /** Its folder in `incoming`, absolute; what lies there already needs no room any more. */
  folder: string
  bytes: number
}

/** The library's space, which transfers at the same time share. */
export interface Space {
  /** Bytes that may still be written: on the disk, and below the quota. */
  freeBytes(): Promise<number>
  /** How many bytes must be free for what is left of a transfer, with those that stay free. */
  neededBytes(place: Place): Promise<number>
  /** Does `act` while the place is kept for it; throws `no-space` before, when there is not enough. */
  keep<T>(place: Place, act: () => Promise<T>): Promise<T>
  /** So many bytes were stored. */
  stored(bytes: number): Promise<void>
}

/** Keeps account of a library's space. */
export function spaceOf(limits: SpaceLimits): Space {
  const held: LibraryBytes | undefined = limits.quotaBytes === undefined ? undefined : libraryBytes(limits.folder, limits.nowMs)
  const kept = new Set<Place>()
  const oneByOne = oneAtATime()
  const freeIn = async (counted: 'as known' | 'anew'): Promise<number> => {
    const disk = await diskBytes(limits.folder)
    if (held === undefined || limits.quotaBytes === undefined) return disk
    return Math.min(disk, Math.max(0, limits.quotaBytes - (await held.bytes(counted))))
  }
  const neededBytes = async (place: Place) => (await stillToCome(place)) + limits.reserveBytes
  return {
    freeBytes: () => freeIn('as known'),
    neededBytes,
    keep: async (place, act) => {
      await oneByOne('places', async () => {
        let promised = 0
        for (const other of kept) promised += await stillToCome(other)
        const needed = (await neededBytes(place)) + promised
        let free = await freeIn('as known')
        // People remove deliveries by hand: the library is counted again before anybody hears that it is full.
        if (needed > free) free = await freeIn('anew')
        if (needed > free) throw noSpace(limits, needed - limits.reserveBytes, free)
        kept.add(place)
      })
      try {
        return await act()
      } finally {
        kept.delete(place)
      }
    },
    stored: async bytes => held?.add(bytes),
  }
}

async function stillToCome({ folder, bytes }: Place): Promise<number> {
  return Math.max(0, bytes - (await bytesWithin(folder)).bytes)
}

async function diskBytes(folder: string): Promise<number> {
  const status = await statfs(folder, { bigint: true })
  return Number(status.bavail * status.bsize)
}

function noSpace({ reserveBytes, quotaBytes }: SpaceLimits, needed: number, free: number): Problem {
  const quota = quotaBytes === undefined ? '' : ` (the quota of the library is ${quotaBytes})`
  return new Problem(
    'no-space',
    `the library has ${free} bytes free${quota}; ${needed} are needed, and ${reserveBytes} must stay free`,
  )
}
