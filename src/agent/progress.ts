import { lstat, readdir, statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { join } from 'node:path'
import type { Progress } from '../api/closing.ts'
import type { Agent } from './agent.ts'

// Looking at more files than this at every beat would disturb the work itself.
const mostEntries = 30_000

/** How far the machine has come, measured now. Also notes when that changed last. */
export async function measureProgress(agent: Agent): Promise<Progress> {
  const { board, config } = agent
  const { work, out, results, resultsTmp, folder } = config.paths
  const disk = await statfs(folder)
  const measured = await bytesBelow([work, out, results, resultsTmp])
  return {
    phase: board.phase,
    runsDone: board.countDone(),
    runsFailed: board.countFailed(),
    runsTotal: board.runs.length,
    // Past the limit the disk's own count stands in: it says less, but it still changes while anything is written.
    bytesWritten: measured ?? (disk.blocks - disk.bfree) * disk.bsize,
    freeDiskBytes: disk.bavail * disk.bsize,
    freeMemoryBytes: freemem(),
    tasksEnded: board.tasksEnded,
  }
}

/** Bytes written below these folders; undefined when there are too many files to look at. Links count as nothing. */
export async function bytesBelow(folders: readonly string[], most = mostEntries): Promise<number | undefined> {
  const open = [...folders]
  let bytes = 0
  let entries = 0
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    // What vanishes while we look counts as nothing.
    const found = await readdir(folder, { withFileTypes: true }).catch(() => [])
    entries += found.length
    if (entries > most) return undefined
    for (const entry of found) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) open.push(path)
      else if (entry.isFile()) bytes += await bytesOf(path)
    }
  }
  return bytes
}

async function bytesOf(path: string): Promise<number> {
  const stat = await lstat(path).catch(() => undefined)
  // A fetcher with several connections makes a file of full length at once and fills it: only what is on the disk is written.
  return stat === undefined ? 0 : Math.min(stat.size, stat.blocks * 512)
}

/** Whether two measures show that anything was done between them. */
export function hasMoved(before: Progress | undefined, now: Progress): boolean {
  return (
    before?.runsDone !== now.runsDone ||
    before.runsFailed !== now.runsFailed ||
    before.tasksEnded !== now.tasksEnded ||
    before.bytesWritten !== now.bytesWritten
  )
}
