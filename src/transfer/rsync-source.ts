import { isAbsolute } from 'node:path'
import { Problem } from '../core/problem.ts'

/** A folder as rsync is told of it, with the flags that this kind of place needs. */
export interface RsyncSource {
  argument: string
  flags: string[]
}

/**
 * The one place that turns a folder on a machine into rsync's first argument. Today every machine is a folder on this computer; a
 * machine with a host becomes `host:path` here, with its remote shell, secluded arguments and links copied as files (there, a link can
 * only lead to files of that machine).
 */
export function rsyncSource(folder: string): RsyncSource {
  if (!isAbsolute(folder))
    throw new Problem('bad-input', `the folder of a local machine must be absolute, and this is not: ${JSON.stringify(folder)}`)
  // On this computer a link could lead to any file of ours, so none is followed: rsync passes it over, and the file counts as missing.
  return { argument: `${folder}/`, flags: ['--no-links'] }
}
