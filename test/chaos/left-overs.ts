import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** A program on this computer that belongs to a home. */
export interface ProgramOfHome {
  pid: number
  command: string
}

/** Folders of machines and attempts, and half-way transfers, that lie in a home although nothing is left to do. */
export function foldersLeft(home: string): string[] {
  const machines = namesIn(join(home, 'workers')).filter(name => name.startsWith('mf-'))
  return [
    ...machines.map(name => `machine folder ${name} is left`),
    ...namesIn(join(home, 'attempts')).map(name => `attempt folder ${name} is left`),
    ...namesIn(join(home, 'library', 'incoming')).map(name => `incoming/${name} is left`),
  ]
}

/** Programs that name the home in their command or environment, or work below it; those that have ended are passed over. */
export function programsOfHome(home: string): ProgramOfHome[] {
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || pid === process.pid) return []
    const command = readOrEmpty(() => readFileSync(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    const environment = readOrEmpty(() => readFileSync(`/proc/${name}/environ`, 'utf8'))
    const folder = readOrEmpty(() => readlinkSync(`/proc/${name}/cwd`))
    return [command, environment, folder].some(text => text.includes(home)) ? [{ pid, command: command.trim() }] : []
  })
}

/** Ends what a failed life has left running, so that it does not disturb those after it. */
export function endProgramsOfHome(home: string): void {
  for (let looks = 0; looks < 100; looks++) {
    const programs = programsOfHome(home)
    if (programs.length === 0) return
    for (const { pid } of programs) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself meanwhile.
      }
    }
  }
}

function readOrEmpty(read: () => string): string {
  try {
    return read()
  } catch {
    return '' // it ended while we looked
  }
}

/** What lies in a folder; nothing where there is none. */
function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}
