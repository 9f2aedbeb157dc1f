import { lstat, readlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { replaceLink } from '../flush.ts'
import { hasCode } from '../has-code.ts'
import type { ToCollect } from '../collector.ts'
import { deliveryFolder, runFolder } from './library-layout.ts'
import type { Library } from './library.ts'
import { makeLibraryFolders } from './make-library-folders.ts'
import { readReceipt } from './stored-delivery.ts'

/** Points the recipe's link of a run to this delivery. */
export async function linkRecipe(library: Library, run: ToCollect, relativePath: string): Promise<void> {
  const isThere = await lstat(join(library.folder, relativePath)).then(
    status => status.isDirectory(),
    () => false,
  )
  if (!isThere || dirname(relativePath) !== runFolder(run.runAccession)) {
    throw new Problem('not-found', `no delivery of ${run.runAccession} lies at ${JSON.stringify(relativePath)}`)
  }
  await pointTo(library, runFolder(run.runAccession), run.recipe, basename(relativePath))
  library.effect('collector: recipe linked')
}

/** Gives every taxon that wants the run a link to what its recipe made of it. */
export async function linkTaxa(library: Library, run: ToCollect): Promise<void> {
  for (const taxId of run.taxIds) {
    await pointTo(library, `by-taxon/${taxId}`, run.runAccession, `../../${runFolder(run.runAccession)}/${run.recipe}`)
    library.effect('collector: taxon linked')
  }
}

/** Whether the recipe's link already leads to a delivery stored after `storedAt`: a repeated answer must not turn it back. */
export async function hasNewerLink(library: string, run: ToCollect, storedAt: Date): Promise<boolean> {
  const deliveryId = await linkTarget(join(library, runFolder(run.runAccession), run.recipe))
  if (deliveryId === undefined || deliveryId === run.deliveryId) return false
  // What the link leads to may be broken; then this delivery is the better one.
  const other = await readReceipt(library, deliveryFolder({ runAccession: run.runAccession, deliveryId })).catch(() => undefined)
  return other !== undefined && new Date(other.storedAt) > storedAt
}

async function pointTo(library: Library, folder: string, name: string, target: string): Promise<void> {
  await makeLibraryFolders(library, folder)
  const path = join(library.folder, folder, name)
  if ((await linkTarget(path)) !== target) await replaceLink(path, target)
}

async function linkTarget(path: string): Promise<string | undefined> {
  return readlink(path).catch((error: unknown) => {
    // EINVAL: not a link at all; putting the link in its place will say so.
    if (hasCode(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  })
}
