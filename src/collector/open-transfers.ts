import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { flushFolder, makeFolders, writeWhole } from '../transfer/flush.ts'
import { hasCode } from '../transfer/has-code.ts'
import { readSmallFile } from '../transfer/read-small-file.ts'
import type { AttemptPlace, ToCollect } from '../transfer/collector.ts'

const noteSchema = v.object({
  place: v.object({
    attemptId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/)),
    machineId: v.string(),
    address: v.string(),
    hostKey: v.optional(v.string()),
  }),
  run: v.object({
    runAccession: v.pipe(v.string(), v.regex(/^[ESD]RR\d{6,20}$/)),
    deliveryId: v.string(),
    revision: v.string(),
    recipe: v.string(),
    recipeIdentity: v.string(),
    taxIds: v.array(v.number()),
    manifestSha256: v.optional(v.string()),
  }),
})

/** A transfer that was begun and is not acknowledged. What became of it stands in the library itself. */
export interface OpenTransfer {
  place: AttemptPlace
  run: ToCollect
}

/** Notes of transfers: written before one begins, taken away when its report was acknowledged. They outlive any death. */
export interface OpenTransfers {
  open(transfer: OpenTransfer): Promise<void>
  close(transfer: OpenTransfer): Promise<void>
  /** All that are open, those of an earlier life too. */
  all(): Promise<OpenTransfer[]>
}

const mostBytes = 100_000

/** Keeps them in the folder `open` of the state folder. */
export function openTransfersIn(stateFolder: string): OpenTransfers {
  const folder = join(stateFolder, 'open')
  return {
    open: async transfer => {
      await makeFolders(stateFolder, 'open', 0o700)
      await writeWhole(join(folder, nameOf(transfer)), `${JSON.stringify(transfer)}\n`)
    },
    close: async transfer => {
      await rm(join(folder, nameOf(transfer)), { force: true })
      await flushFolder(folder).catch(ignoreMissing)
    },
    all: async () => {
      const names = (await readdir(folder).catch(ignoreMissing)) ?? []
      const read = await Promise.all(names.filter(name => name.endsWith('.json') && !name.startsWith('.')).map(readNote))
      return read.filter(note => note !== undefined)
    },
  }

  async function readNote(name: string): Promise<OpenTransfer | undefined> {
    const text = await readSmallFile(folder, name, mostBytes)
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), noteSchema), text)
    if (!parsed.success) return undefined
    const { place, run } = parsed.output
    const note = {
      place: { ...place, hostKey: place.hostKey },
      run: { ...run, manifestSha256: run.manifestSha256 },
    }
    return nameOf(note) === name ? note : undefined
  }
}

function nameOf({ place, run }: OpenTransfer): string {
  return `${place.attemptId}.${run.runAccession}.json`
}

function ignoreMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error
  return undefined
}
