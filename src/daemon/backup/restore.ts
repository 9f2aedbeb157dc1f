import { copyFileSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { takeDaemonLock } from '../daemon-lock.ts'
import { beginEpoch } from '../ledger/installation.ts'
import { copyLedgerFile, foldLedgerFile, inspectLedgerFile, type LedgerFacts } from '../ledger/ledger-file.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { Home } from '../settings/home.ts'
import { backupSettings, timeName } from './backup.ts'
import { makeFolder } from '../settings/make-folder.ts'
import { lookAtBackup } from './look-at-backup.ts'
import { syncFolder } from './sync-folder.ts'

/** A restore that is done. */
export interface Restored extends LedgerFacts {
  /** Where the ledger that was here until now lies; undefined when there was none. */
  aside: string | undefined
  /** What became of the settings file: taken from the backup, the same in both, kept because it differs, or none in the backup. */
  settings: 'taken' | 'same' | 'kept' | 'none'
  /** Where the settings that were here until now lie, when they were replaced. */
  settingsAside: string | undefined
}

/** What is restored, and where to. */
export interface RestoreRequest {
  home: Home
  /** A folder made by `backup`, or a ledger file. */
  source: string
  /** Takes the backup's settings too. */
  withSettings: boolean
  now: Date
  /** Who does it, for the event and the lock. */
  command: string
}

/**
 * Puts the ledger of a backup in the place of the present one, which is laid aside and never deleted. Refuses while a daemon or
 * another program has the ledger open. The restored ledger begins a new epoch: it adopts machines and receipts before it batches
 * or creates anything. May be interrupted anywhere: either ledger is in its place, whole.
 */
export async function restoreBackup(request: RestoreRequest): Promise<Restored> {
  const { home, now, command } = request
  const { ledgerFile: source } = lookAtBackup(request.source)
  makeFolder(home.path)
  const lock = takeDaemonLock(home.lockFile, { command, since: now.toISOString() })
  try {
    const fresh = `${home.ledgerFile}.restoring`
    removeLeftovers(fresh)
    copyLedgerFile(source, fresh)
    await beginAnew(fresh, presentEpoch(home.ledgerFile), request)
    const facts = inspectLedgerFile(fresh)
    const aside = layAside(home.ledgerFile, `${home.ledgerFile}.aside-${timeName(now)}`)
    renameSync(fresh, home.ledgerFile)
    syncFolder(home.path)
    return { ...facts, aside, ...restoreSettings(request) }
  } finally {
    lock.release()
  }
}

// Half a restore that was interrupted, with what SQLite may have laid beside it.
function removeLeftovers(fresh: string): void {
  for (const name of readdirSync(dirname(fresh))) {
    if (name.startsWith(basename(fresh))) rmSync(join(dirname(fresh), name), { force: true })
  }
}

/** Our schema, the next epoch, and one file again. */
async function beginAnew(fresh: string, presentEpoch: number, { source, now, command }: RestoreRequest): Promise<void> {
  const ledger = await openLedger(fresh)
  try {
    await ledger.write(tx => beginEpoch(tx, presentEpoch, { at: now, why: `restored from ${source}`, byWhom: command }))
  } finally {
    await ledger.close()
  }
  if (!foldLedgerFile(fresh)) throw new Problem('not-allowed', `another program has ${fresh} open`)
  // The copy that was made before a migration: the backup itself still has it.
  for (const name of readdirSync(dirname(fresh))) {
    if (name.startsWith(`${basename(fresh)}.before-schema-`)) rmSync(join(dirname(fresh), name))
  }
}

/** A number of a ledger that is about to go: it must not come again. A damaged ledger has none. */
function presentEpoch(ledgerFile: string): number {
  try {
    return inspectLedgerFile(ledgerFile).epoch
  } catch {
    return 0
  }
}

/** Gives the present ledger a second name, so that it is never without one. Its log goes with it where it could not be folded in. */
function layAside(ledgerFile: string, aside: string): string | undefined {
  if (!existsSync(ledgerFile)) return undefined
  if (!foldLedgerFile(ledgerFile)) {
    throw new Problem(
      'not-allowed',
      `another program has ${ledgerFile} open; end it first (a \`microfetch logs --follow\` perhaps)`,
    )
  }
  for (const end of ['-wal', '-shm']) {
    if (existsSync(`${ledgerFile}${end}`)) renameSync(`${ledgerFile}${end}`, `${aside}${end}`)
  }
  linkSync(ledgerFile, aside)
  return aside
}

function restoreSettings({ home, source, withSettings, now }: RestoreRequest): Pick<Restored, 'settings' | 'settingsAside'> {
  const theirs = join(source, backupSettings)
  if (!statSync(source).isDirectory() || !existsSync(theirs)) return { settings: 'none', settingsAside: undefined }
  const isThere = existsSync(home.settingsFile)
  if (isThere && readFileSync(theirs, 'utf8') === readFileSync(home.settingsFile, 'utf8'))
    return { settings: 'same', settingsAside: undefined }
  if (isThere && !withSettings) return { settings: 'kept', settingsAside: undefined }
  const settingsAside = isThere ? `${home.settingsFile}.aside-${timeName(now)}` : undefined
  if (settingsAside !== undefined) linkSync(home.settingsFile, settingsAside)
  copyFileSync(theirs, `${home.settingsFile}.restoring`)
  renameSync(`${home.settingsFile}.restoring`, home.settingsFile)
  return { settings: 'taken', settingsAside }
}
