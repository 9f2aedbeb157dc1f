import { readdirSync, readlinkSync } from 'node:fs'

/** Ids of the processes whose working folder is `folder`. */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false // ended meanwhile, or not ours to look at
      }
    })
}
