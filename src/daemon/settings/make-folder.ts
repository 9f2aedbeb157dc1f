import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describeError, Problem } from '../../core/problem.ts'

/**
 * Makes a folder and what is missing above it, one after the other; `not-allowed` where that cannot be. Node's own way to make all
 * of them at once never returns below file systems that answer "no such file" to whoever makes one (`/proc`).
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  let at = resolve(path)
  for (; kindOf(at) === 'nothing' && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  if (kindOf(at) === 'no folder') throw new Problem('not-allowed', `${path} cannot be made: ${at} is no folder`)
  for (const folder of missing) makeOne(folder, path)
}

function kindOf(path: string): 'folder' | 'no folder' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'no folder'
  } catch {
    return 'nothing' // or nobody may look; then making what is below it tells why
  }
}

function makeOne(folder: string, path: string): void {
  try {
    mkdirSync(folder)
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (kindOf(folder) === 'folder') return
    throw new Problem('not-allowed', `${path} cannot be made: ${dirname(folder)} takes no folders here`, {
      cause: new Error(describeError(error)),
    })
  }
}
