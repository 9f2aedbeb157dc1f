import { mkdir, open, rename, symlink, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hasCode } from './has-code.ts'

/*
 * Writing so that a power cut leaves the old or the new, never a part: a file's bytes are flushed before it gets its name, and a
 * folder is flushed after names in it have changed.
 */

/** Flushes the names in a folder to the disk. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes `path` below an existing `root`, every missing folder on the way, and flushes the folders that got a new name. Gives those it made. */
export async function makeFolders(root: string, path: string, mode = 0o755): Promise<string[]> {
  const newOnes: string[] = []
  let above = root
  for (const part of path.split('/').filter(name => name !== '')) {
    const folder = join(above, part)
    const made = await mkdir(folder, mode).then(
      () => true,
      (error: unknown) => {
        if (hasCode(error, 'EEXIST')) return false
        throw error
      },
    )
    if (made) {
      await flushFolder(above)
      newOnes.push(folder)
    }
    above = folder
  }
  return newOnes
}

/** Writes a whole file in place of whatever had its name. */
export async function writeWhole(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.new`)
  await removeIfThere(temporary)
  const handle = await open(temporary, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  await flushFolder(dirname(path))
}

/** Points the link at `path` to `target`, in one step for whoever reads it. */
export async function replaceLink(path: string, target: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.new`)
  await removeIfThere(temporary)
  await symlink(target, temporary)
  await rename(temporary, path)
  await flushFolder(dirname(path))
}

async function removeIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error
  })
}
