import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { Problem } from '../core/problem.ts'

/** The account of its own that a pipeline has on a droplet, so that it can reach neither the token nor whoever made the machine. */
export interface PipelineUser {
  uid: number
  gid: number
  /** Its HOME, with its temporary files and what Nextflow keeps for itself. */
  home: string
}

/** What a program is started as: `child_process` takes it as it is. */
export function startedAs(user: PipelineUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid }
}

/** The environment in which such a user finds places of its own. */
export function homeEnvironment({ home }: PipelineUser): Record<string, string> {
  return { HOME: home, TMPDIR: join(home, 'tmp'), NXF_HOME: join(home, '.nextflow'), USER: 'mf-run', LOGNAME: 'mf-run' }
}

/** Makes folders that the pipeline writes into; they are its user's and nobody else's. */
export async function makePipelineFolders(folders: readonly string[], user: PipelineUser | undefined): Promise<void> {
  const own = user === undefined ? [] : [user.home, join(user.home, 'tmp')]
  for (const folder of [...own, ...folders]) {
    await mkdir(folder, { recursive: true })
    if (user === undefined) continue
    await chown(folder, user.uid, user.gid)
    await chmod(folder, 0o700)
  }
}

/** Lets the pipeline's user read a file of ours. */
export async function showToPipeline(path: string, user: PipelineUser | undefined): Promise<void> {
  if (user === undefined) return
  await chown(path, 0, user.gid)
  await chmod(path, 0o640)
}

/**
 * Removes what the pipeline has made, as its own user: a folder that turns into a link to somebody else's while it is being removed
 * leads to nothing that this user may remove. What cannot be removed stays.
 */
export async function removeLeft(path: string, user: PipelineUser | undefined): Promise<void> {
  if (user === undefined) return rm(path, { recursive: true, force: true }).catch(() => undefined)
  await new Promise<void>(resolve => {
    const child = spawn('rm', ['-rf', '--one-file-system', '--', path], { ...startedAs(user), cwd: '/', stdio: 'ignore' })
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
}

/** Refuses an agent that is told to change users and cannot. */
export function requirePower(user: PipelineUser | undefined, uid = process.getuid?.()): void {
  if (user === undefined || uid === 0) return
  throw new Problem(
    'bad-input',
    `boot.json asks for a user of its own for the pipeline, and only root can give it one (this is ${uid})`,
  )
}
