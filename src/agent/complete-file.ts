import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { readLeft } from './open-left.ts'
import type { PipelineUser } from './pipeline-user.ts'

/** A file that a run's own list speaks of; `path` is below the list's folder. */
export interface ListedFile {
  path: string
  bytes: number
  sha256: string | undefined
}

/**
 * What a run's `complete` file says. `whole`: it lists files, and each is there with its size · `marked`: it is there but lists nothing,
 * so it is believed only of a pipeline that ended by itself.
 */
export type Completeness =
  { kind: 'not yet'; why: string } | { kind: 'marked' } | { kind: 'whole'; folder: string; listed: ListedFile[] }

const mostListBytes = 16_000_000
const listSchema = v.object({
  files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.optional(v.string()) })),
})

/** Looks whether a run's outputs are whole, by the file that its recipe names. */
export async function readCompleteness(
  outFolder: string,
  template: string,
  run: string,
  user?: PipelineUser,
): Promise<Completeness> {
  const path = join(outFolder, template.replaceAll('{run}', run))
  const seen = await stat(path).catch(() => undefined)
  if (seen?.isFile() !== true) return { kind: 'not yet', why: 'there is no file that says it is whole' }
  if (!path.endsWith('.json')) return { kind: 'marked' }
  if (seen.size > mostListBytes) return { kind: 'not yet', why: 'the list of its files is too long' }
  const json = await readJson(path, user)
  // Copying it is not one step: half a list is no list yet.
  if (json === undefined) return { kind: 'not yet', why: 'the list of its files cannot be read' }
  const parsed = v.safeParse(listSchema, json)
  if (!parsed.success) return { kind: 'marked' }
  const folder = dirname(path)
  const why = await whatIsMissing(folder, parsed.output.files)
  if (why !== undefined) return { kind: 'not yet', why }
  return { kind: 'whole', folder, listed: parsed.output.files.map(file => ({ ...file, sha256: file.sha256?.toLowerCase() })) }
}

async function whatIsMissing(folder: string, files: readonly { path: string; bytes: number }[]): Promise<string | undefined> {
  for (const file of files) {
    const bytes = (await stat(join(folder, file.path)).catch(() => undefined))?.size
    if (bytes !== file.bytes) return `file=${file.path} expected=${file.bytes} got=${bytes ?? 'none'}`
  }
  return undefined
}

async function readJson(path: string, user: PipelineUser | undefined): Promise<unknown> {
  try {
    const text = await readLeft(path, user, mostListBytes)
    return text === undefined ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
