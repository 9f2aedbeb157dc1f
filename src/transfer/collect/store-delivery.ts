import { rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { describeDifferences, type Difference } from '../difference.ts'
import { flushFolder, makeFolders, writeWhole } from '../flush.ts'
import { hasCode } from '../has-code.ts'
import { foldersOf, manifestBytes, manifestName, receiptName } from '../manifest.ts'
import { formatReceipt, receiptVersion, type Receipt } from '../receipt.ts'
import { verifyManifest } from '../verify-manifest.ts'
import type { AttemptPlace, StoredDelivery, ToCollect } from '../collector.ts'
import { deliveryFolder, incomingFolder, runFolder, wholeFolder } from './library-layout.ts'
import type { Library } from './library.ts'
import type { FoundManifest } from './machine-results.ts'
import { makeLibraryFolders } from './make-library-folders.ts'
import { reachMachine } from './reach-machine.ts'
import { readVersions } from './read-versions.ts'
import { findStored } from './stored-delivery.ts'

/** One run that has arrived and is to be stored. */
export interface Arrived {
  place: AttemptPlace
  run: ToCollect
  found: FoundManifest
  /** Where rsync put it, below the library. */
  incoming: string
}

/**
 * Proves what has arrived, writes its receipt and gives it its place in the library, in this order. `unreachable` when the copy went
 * wrong, `broken-answer` when the machine's own files are not what its manifest says; either way nothing of it is kept.
 */
export async function storeDelivery(library: Library, arrived: Arrived): Promise<StoredDelivery> {
  const { place, run, found } = arrived
  const whole = await setAside(library, arrived)
  const differences = await verifyManifest(join(library.folder, whole), found.manifest, true)
  library.effect('collector: verified')
  if (differences.length > 0) {
    const problem = await explain(library, arrived, differences, join(library.folder, whole))
    await clearRun(library, place, run.runAccession)
    throw problem
  }
  await writeReceipt(library, arrived, whole)
  library.effect('collector: receipt written')
  await moveIn(library, whole, run)
  library.effect('collector: moved into the library')
  await library.space.stored(manifestBytes(found.manifest))
  const stored = await findStored(library.folder, run)
  if (stored === undefined)
    throw new Problem('broken-answer', `${deliveryFolder(run)} is not in the library although it was just stored`)
  await clearRun(library, place, run.runAccession)
  return stored
}

/**
 * Moves the files, one by one, into a fresh folder, and only there are they proved. An rsync that outlived a killed collector still
 * works in the old folder by name, so it cannot touch what lies in this one.
 */
async function setAside(library: Library, { place, run, found, incoming }: Arrived): Promise<string> {
  const whole = wholeFolder(place.attemptId, run.runAccession)
  await makeFolders(library.folder, whole, 0o700)
  const folders = new Set(found.manifest.flatMap(file => foldersOf(file.path)))
  for (const folder of folders) await makeFolders(library.folder, `${whole}/${folder}`, 0o700)
  for (const file of found.manifest) {
    const [from, to] = [join(library.folder, incoming, file.path), join(library.folder, whole, file.path)]
    // One that rsync passed over is missing here, and the comparison will say so.
    await rename(from, to).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error
    })
  }
  library.effect('collector: files set aside')
  return whole
}

async function explain(library: Library, arrived: Arrived, differences: Difference[], whole: string): Promise<Problem> {
  const said = describeDifferences(differences)
  const wrong = new Set(differences.filter(({ what }) => what === 'sha256').map(({ path }) => path))
  const files = arrived.found.manifest.filter(({ path }) => wrong.has(path))
  const machine = reachMachine(library, arrived.place)
  // A machine that cannot be asked any more is asked the next time.
  if (files.length > 0 && (await machine.isWrongThere(arrived.run.runAccession, files, whole).catch(() => false)))
    return new Problem('broken-answer', `the files on the machine itself are not what its manifest says: ${said}`)
  return new Problem('unreachable', `what arrived is not what the manifest says: ${said}`)
}

async function writeReceipt(library: Library, { place, run, found }: Arrived, whole: string): Promise<void> {
  const folder = join(library.folder, whole)
  for (const file of found.manifest) await library.rights.give(join(folder, file.path), 'file')
  const receipt: Receipt = {
    version: receiptVersion,
    deliveryId: run.deliveryId,
    attemptId: place.attemptId,
    machineId: place.machineId,
    runAccession: run.runAccession,
    revision: run.revision,
    recipe: run.recipe,
    recipeIdentity: run.recipeIdentity,
    collector: library.collector,
    storedAt: library.clock().toISOString(),
    manifestSha256: found.sha256,
    totalBytes: manifestBytes(found.manifest),
    files: found.manifest,
    versions: await readVersions(folder, found.manifest),
  }
  const folders = new Set(found.manifest.flatMap(file => foldersOf(file.path)))
  for (const below of folders) {
    await library.rights.give(join(folder, below), 'folder')
    await flushFolder(join(folder, below))
  }
  const ours = { [manifestName]: found.text, [receiptName]: formatReceipt(receipt) }
  for (const [name, text] of Object.entries(ours)) {
    await writeWhole(join(folder, name), text, 0o400)
    await library.rights.give(join(folder, name), 'file')
  }
  await library.rights.give(folder, 'folder')
}

async function moveIn(library: Library, whole: string, run: ToCollect): Promise<void> {
  const home = join(library.folder, deliveryFolder(run))
  await makeLibraryFolders(library, runFolder(run.runAccession))
  await rename(join(library.folder, whole), home).catch((error: unknown) => {
    // Somebody else stored this delivery meanwhile: the first copy stands, and this one is surplus.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
  })
  await flushFolder(dirname(home))
  await flushFolder(dirname(join(library.folder, whole)))
}

/** Removes what is left of a run in `incoming`, and the attempt's folder there when it was the last. */
export async function clearRun(library: Library, place: AttemptPlace, runAccession: string): Promise<void> {
  await rm(join(library.folder, incomingFolder(place.attemptId), runAccession), { recursive: true, force: true })
  await rm(join(library.folder, wholeFolder(place.attemptId, runAccession)), { recursive: true, force: true })
  await rmdir(join(library.folder, incomingFolder(place.attemptId))).catch((error: unknown) => {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  })
}
