import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem, describeError } from '../../core/problem.ts'
import { checkSources } from '../check-sources.ts'
import { describeDifferences } from '../difference.ts'
import { hasCode } from '../has-code.ts'
import { receiptName } from '../manifest.ts'
import { readSmallFile } from '../read-small-file.ts'
import { mostReceiptBytes, parseReceipt, type Receipt } from '../receipt.ts'
import type { StoredDelivery } from '../collector.ts'
import { deliveryFolder, runFolder } from './library-layout.ts'

/** What is told of a delivery in the library that cannot be read. */
export type TellBroken = (relativePath: string, why: string) => void

/** What a receipt says, with where it lies. */
export function toStored(receipt: Receipt, relativePath: string): StoredDelivery {
  const { runAccession, deliveryId, attemptId, revision, recipe, recipeIdentity } = receipt
  const proved = { manifest: receipt.files, relativePath, versions: receipt.versions }
  return { runAccession, deliveryId, attemptId, revision, recipe, recipeIdentity, storedAt: new Date(receipt.storedAt), proved }
}

/** Reads the receipt of one delivery; undefined when the library has no such folder. A folder without a sound receipt is a `broken-answer`. */
export async function readReceipt(library: string, relativePath: string): Promise<Receipt | undefined> {
  const folder = join(library, relativePath)
  const there = await lstat(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (there === undefined) return undefined
  const text = await readSmallFile(folder, receiptName, mostReceiptBytes)
  if (text === undefined) throw new Problem('broken-answer', `${relativePath} lies in the library without a receipt`)
  return parseReceipt(text)
}

/** The stored delivery, if it is in the library and its files still have their sizes; anything else that lies in its place is a `broken-answer`. */
export async function findStored(
  library: string,
  run: { runAccession: string; deliveryId: string; recipe: string },
): Promise<StoredDelivery | undefined> {
  const relativePath = deliveryFolder(run)
  const receipt = await readReceipt(library, relativePath)
  if (receipt === undefined) return undefined
  if (receipt.deliveryId !== run.deliveryId || receipt.runAccession !== run.runAccession || receipt.recipe !== run.recipe) {
    throw new Problem('broken-answer', `the receipt in ${relativePath} is of another delivery`)
  }
  const damage = await checkSources(join(library, runFolder(run.runAccession)), run.deliveryId, receipt.files)
  if (damage.length > 0) throw new Problem('broken-answer', `${relativePath} is damaged: ${describeDifferences(damage)}`)
  return toStored(receipt, relativePath)
}

/** Every stored delivery of one run. */
export async function* storedOfRun(
  library: string,
  runAccession: string,
  tellBroken: TellBroken,
): AsyncGenerator<StoredDelivery> {
  const folder = runFolder(runAccession)
  for await (const deliveryId of folderNames(join(library, folder))) {
    const relativePath = `${folder}/${deliveryId}`
    const receipt = await readReceipt(library, relativePath).catch((error: unknown) => {
      tellBroken(relativePath, describeError(error))
      return undefined
    })
    if (receipt === undefined) continue
    const isItself = receipt.runAccession === runAccession && receipt.deliveryId === deliveryId
    if (isItself) yield toStored(receipt, relativePath)
    else tellBroken(relativePath, 'its receipt is of another delivery')
  }
}

/** Every delivery that lies in the library, one at a time. */
export async function* allStored(library: string, tellBroken: TellBroken): AsyncGenerator<StoredDelivery> {
  for await (const prefix of folderNames(join(library, 'runs'))) {
    for await (const run of folderNames(join(library, 'runs', prefix))) {
      // A name that is not a run accession is not ours, wherever it came from.
      if (`runs/${prefix}/${run}` === runFolderOrNone(run)) yield* storedOfRun(library, run, tellBroken)
    }
  }
}

function runFolderOrNone(run: string): string | undefined {
  try {
    return runFolder(run)
  } catch {
    return undefined
  }
}

/** Names of the real folders in a folder; none when it does not exist. The links beside deliveries are passed over. */
async function* folderNames(folder: string): AsyncGenerator<string> {
  const opened = await opendir(folder).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (opened === undefined) return
  for await (const entry of opened) if (entry.isDirectory()) yield entry.name
}
