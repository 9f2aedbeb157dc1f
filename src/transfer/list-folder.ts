import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'

/** What lies at one path, links not followed. */
export interface FolderEntry {
  /** Below the listed folder, parts joined by `/`. */
  path: string
  kind: 'file' | 'folder' | 'other'
  bytes: number
  /** Names this file has on its disk; more than one: somebody else can still change it. */
  names: number
}

/** Everything below a folder, files and folders and what is neither; links are listed as `other`. Too many entries are a `broken-answer`. */
export async function listFolder(root: string, mostEntries = 100_000): Promise<FolderEntry[]> {
  const entries: FolderEntry[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for await (const { name } of await opendir(join(root, folder))) {
      if (entries.length >= mostEntries)
        throw new Problem('broken-answer', `more than ${mostEntries} files and folders in ${root}`)
      const entry = await look(root, folder === '' ? name : `${folder}/${name}`)
      entries.push(entry)
      if (entry.kind === 'folder') waiting.push(entry.path)
    }
  }
  return entries
}

async function look(root: string, path: string): Promise<FolderEntry> {
  const status = await lstat(join(root, path))
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other'
  return { path, kind, bytes: status.size, names: status.nlink }
}
