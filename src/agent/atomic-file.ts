import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Mode of what others may be given to read: documents, manifests, logs. */
export const shownMode = 0o640

/** Replaces a file so that every reader sees the old or the new one whole. `durable`: it also outlives a loss of power. */
export async function writeFileAtomically(path: string, text: string, durable: boolean, mode = 0o600): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeTemporary(temporary, text, durable, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (durable) await syncFolder(dirname(path))
}

/** Writes a file whole unless there is one of that name already. */
export async function createFileOnce(path: string, text: string): Promise<'created' | 'exists'> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeTemporary(temporary, text, true, 0o600)
    // Unlike a rename, a link never replaces: of two writers one wins, and its file is whole.
    await link(temporary, path)
    await syncFolder(dirname(path))
    return 'created'
  } catch (error) {
    if (isCode(error, 'EEXIST')) return 'exists'
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Makes the names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Whether something thrown is the system's error of this code, such as `ENOENT`. */
export function isCode(thrown: unknown, ...codes: string[]): boolean {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code))
}

async function writeTemporary(path: string, text: string, durable: boolean, mode: number): Promise<void> {
  const handle = await open(path, 'w', mode)
  try {
    await handle.writeFile(text)
    if (durable) await handle.sync()
  } finally {
    await handle.close()
  }
}
