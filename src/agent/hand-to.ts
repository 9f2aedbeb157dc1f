import { chmod, chown, mkdir } from 'node:fs/promises'
import type { AgentConfig } from './config.ts'

/**
 * Opens the folder to the group that collects: it may read results, documents and logs, and remove what lies in a run's folder, nothing
 * else. The folder hands its group on to whatever is made in it. Without such a group nothing changes.
 */
export async function openToCollectors({ boot, paths }: AgentConfig): Promise<void> {
  const { handTo } = boot
  if (handTo === undefined) return
  // Folders of runs become writable for the group, so that what has been fetched can be removed; the boot file stays root's alone.
  process.umask(0o007)
  await chown(paths.folder, 0, handTo.gid)
  await chmod(paths.folder, 0o2711)
  await mkdir(paths.results, { recursive: true })
  await chown(paths.results, 0, handTo.gid)
  await chmod(paths.results, 0o2750)
}
