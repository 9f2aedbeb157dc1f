import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { openBeneath } from './open-beneath.ts'

const pieceBytes = 1_048_576

/** What a file really holds. */
export interface FileHash {
  bytes: number
  /** 64 small hexadecimal digits. */
  sha256: string
}

/** How far a hashed file is read, and whether it must be on the disk afterwards. */
export interface HashOptions {
  /** Reading ends once there is more than this: a file may have no end. */
  mostBytes?: number
  /** Flushes the file to the disk as well. */
  flush?: boolean
}

/** Size and SHA-256 of a regular file below `root`, read as it is now; undefined when there is none. Links are a `broken-answer`. */
export async function hashFile(root: string, relativePath: string, options: HashOptions = {}): Promise<FileHash | undefined> {
  const handle = await openBeneath(root, relativePath)
  if (handle === undefined) return undefined
  try {
    const hashed = await hashOpenFile(handle, options.mostBytes ?? Number.MAX_SAFE_INTEGER)
    if (options.flush === true) await handle.sync()
    return hashed
  } finally {
    await handle.close()
  }
}

async function hashOpenFile(handle: FileHandle, mostBytes: number): Promise<FileHash> {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(pieceBytes)
  let bytes = 0
  while (bytes <= mostBytes) {
    const { bytesRead } = await handle.read(piece, 0, pieceBytes, bytes)
    if (bytesRead === 0) break
    hash.update(piece.subarray(0, bytesRead))
    bytes += bytesRead
  }
  return { bytes, sha256: hash.digest('hex') }
}
