import { readdirSync, readlinkSync } from 'node:fs'

/** Ids of the processes whose working folder is `folder`, once those that are just dying have had some seconds to be gone. */
export async function processesLeftIn(folder: string): Promise<string[]> {
  for (let looks = 0; looks < 100 && processesIn(folder).length > 0; looks += 1)
    await new Promise(resolve => setTimeout(resolve, 50))
  return processesIn(folder)
}

function processesIn(folder: string): string[] {
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
