import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Why tests that need these programs cannot run here, said loudly on stderr too; false when all are there. */
export function missingTools(...programs: string[]): string | false {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const missing = programs.filter(program => !folders.some(folder => isProgram(join(folder, program))))
  if (missing.length === 0) return false
  const why = `NOT RUN: ${missing.join(', ')} missing on this machine (sh setup.sh installs what the pipelines need)`
  console.error(`\n*** ${why} ***\n`)
  return why
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
