import { copyFileSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { copyLedgerFile, inspectLedgerFile, type LedgerFacts } from '../ledger/ledger-file.ts'
import type { Home } from '../settings/home.ts'
import { makeFolder } from '../settings/make-folder.ts'
import { syncFolder } from './sync-folder.ts'

/** The ledger's copy inside a backup. */
export const backupLedger = 'ledger.sqlite'
/** The settings' copy inside a backup. */
export const backupSettings = 'microfetch.toml'
/** What tells that a folder is a backup. */
export const backupNote = 'backup.json'

/** A backup that was made and checked. */
export interface BackupMade extends LedgerFacts {
  /** The folder. */
  path: string
  hasSettings: boolean
}

/** What a backup is made of, and for when. */
export interface BackupRequest {
  home: Home
  /** The folder to make; undefined: one named by the time, in the home's `backups/`. */
  target: string | undefined
  /** Replaces an older backup of the same name. */
  force: boolean
  now: Date
}

/**
 * Copies ledger and settings into a new folder while everything goes on, and checks the copy. Attempt folders stay outside: a
 * restored ledger adopts from them as they are then. The folder appears whole or not at all.
 */
export function makeBackup({ home, target, force, now }: BackupRequest): BackupMade {
  const path = target ?? join(home.backupDir, timeName(now))
  if (!existsSync(home.ledgerFile))
    throw new Problem('not-found', `there is no ledger in ${home.path} yet, so nothing to back up`)
  requireFree(path, force)
  makeFolder(dirname(path))
  const fresh = mkdtempSync(join(dirname(path), `.${basename(path)}.`))
  try {
    copyLedgerFile(home.ledgerFile, join(fresh, backupLedger))
    const facts = inspectLedgerFile(join(fresh, backupLedger), home.ledgerFile)
    const hasSettings = existsSync(home.settingsFile)
    if (hasSettings) copyFileSync(home.settingsFile, join(fresh, backupSettings))
    const note = { madeAt: now.toISOString(), home: home.path, ...facts }
    writeFileSync(join(fresh, backupNote), `${JSON.stringify(note, null, 2)}\n`)
    syncFolder(fresh)
    putInPlace(fresh, path)
    return { ...facts, path, hasSettings }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** A moment as a part of a file name: `2026-08-22T100411Z`. */
export function timeName(at: Date): string {
  return at.toISOString().replace(/:/g, '').replace(/\.\d+/, '')
}

function requireFree(path: string, force: boolean): void {
  if (!existsSync(path)) return
  const names = namesIn(path)
  if (names?.length === 0) return
  const isBackup = names?.includes(backupNote) === true
  if (isBackup && force) return
  const why = isBackup
    ? 'is a backup already; --force replaces it'
    : 'exists and is no backup; name a folder that is not there yet'
  throw new Problem('not-allowed', `${path} ${why}`)
}

function namesIn(path: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch {
    return undefined // a file, not a folder
  }
}

// The older backup steps aside first and goes last: one of the two is always there.
function putInPlace(fresh: string, path: string): void {
  const older = `${fresh}.older`
  if (existsSync(path)) renameSync(path, older)
  renameSync(fresh, path)
  rmSync(older, { recursive: true, force: true })
  syncFolder(dirname(path))
}
