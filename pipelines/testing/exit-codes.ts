import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What an exit code of a process means. */
export interface ExitMeaning {
  reason: string
  cure: string
  meaning: string
}

/** exit-codes.json: process (or `*`) → exit code (or `-`, `*`) → meaning. */
export function readExitCodes(): Record<string, Record<string, ExitMeaning>> {
  const path = join(import.meta.dirname, '..', 'exit-codes.json')
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, ExitMeaning>>
}
