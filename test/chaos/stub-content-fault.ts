import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The stub's result begins with the name of its run; what is wrong with it otherwise. */
export function stubContentFault(folder: string, run: string): string | undefined {
  return readFileSync(join(folder, 'result.txt'), 'utf8').startsWith(`${run} `) ? undefined : 'its result is of another run'
}
