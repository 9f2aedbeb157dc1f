import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { Problem } from '../../core/problem.ts'
import { inspectLedgerFile, type LedgerFacts } from '../ledger/ledger-file.ts'
import { backupLedger, backupNote } from './backup.ts'

/** A backup as it lies there, checked whole. */
export interface BackupSeen extends LedgerFacts {
  /** Its ledger file. */
  ledgerFile: string
  /** When it was made, as it says itself; of a ledger file alone, when that was written last. */
  madeAt: string
}

const note = v.object({ madeAt: v.string() })

/**
 * Looks a backup over, changing nothing: a folder made by `makeBackup`, or a ledger file. `bad-input` when there is none or it is no
 * backup or damaged, `not-allowed` when a newer version wrote it.
 */
export function lookAtBackup(source: string): BackupSeen {
  if (!existsSync(source)) throw new Problem('bad-input', `there is no backup ${source}`)
  const isFolder = statSync(source).isDirectory()
  const ledgerFile = isFolder ? join(source, backupLedger) : source
  if (!existsSync(ledgerFile)) throw new Problem('bad-input', `${source} is not a backup: there is no ${backupLedger} in it`)
  const madeAt = isFolder ? notedTime(join(source, backupNote)) : undefined
  return { ...inspectLedgerFile(ledgerFile), ledgerFile, madeAt: madeAt ?? statSync(ledgerFile).mtime.toISOString() }
}

function notedTime(file: string): string | undefined {
  try {
    return v.parse(note, JSON.parse(readFileSync(file, 'utf8'))).madeAt
  } catch {
    return undefined // a folder that somebody put together
  }
}
