import { existsSync } from 'node:fs'
import { dirname } from 'node:path'

/** A folder, or the nearest one above it that is there: on its disk the folder would be made. */
export function existingAbove(folder: string): string {
  let at = folder
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at)
  return at
}
