import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { assignmentSchema } from '../api/assignment.ts'

/*
 * What an attempt leaves outside the ledger, so that a restored ledger can adopt its machine: the assignment, the token's
 * hash, and what the batch was. Never the token itself.
 */
const attemptFileSchema = v.object({
  version: v.literal(1),
  attemptId: v.string(),
  attemptNumber: v.number(),
  workerName: v.string(),
  provider: v.string(),
  tokenHash: v.string(),
  openedAt: v.string(),
  deadlineAt: v.string(),
  /** The public ssh host key that its machine was given. */
  hostKey: v.optional(v.string()),
  batch: v.object({
    id: v.string(),
    name: v.string(),
    recipe: v.string(),
    recipeIdentity: v.string(),
    keep: v.string(),
    chargedTaxId: v.number(),
    expectedBytes: v.number(),
    expectedBases: v.number(),
    memoryGb: v.number(),
  }),
  /** Run accession → revision of its files. */
  revisions: v.record(v.string(), v.string()),
  assignment: assignmentSchema,
})
export type AttemptFile = v.InferOutput<typeof attemptFileSchema>

/** One folder an attempt, outside the ledger. */
export interface AttemptFolders {
  write(file: AttemptFile): Promise<void>
  read(attemptId: string): Promise<AttemptFile | undefined>
  /** Forgets an attempt whose machine is gone; again is the same as once. */
  remove(attemptId: string): Promise<void>
  list(): Promise<string[]>
}

/** Attempt folders below `folder`. */
export function attemptFoldersIn(folder: string): AttemptFolders {
  const fileOf = (attemptId: string) => join(folder, attemptId, 'attempt.json')
  return {
    write: async file => {
      await mkdir(join(folder, file.attemptId), { recursive: true, mode: 0o700 })
      await writeWhole(fileOf(file.attemptId), JSON.stringify(file))
    },
    read: async attemptId => {
      const text = await readFile(fileOf(attemptId), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : v.parse(attemptFileSchema, JSON.parse(text))
    },
    remove: attemptId => rm(join(folder, attemptId), { recursive: true, force: true }),
    list: () => readdir(folder).catch(() => []),
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
