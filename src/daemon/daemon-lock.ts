import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { hostname } from 'node:os'
import * as v from 'valibot'
import { Problem } from '../core/problem.ts'

/** Who holds the lock, for whoever comes second. */
const holderSchema = v.object({ pid: v.number(), host: v.string(), since: v.string(), command: v.string() })
export type LockHolder = v.InferOutput<typeof holderSchema>

/** A lock that is held until it is let go, or until this program ends in whatever way. */
export interface DaemonLock {
  release(): void
}

/**
 * Takes the one lock of a home, so that a second daemon (or a restore) finds it taken. Throws `not-allowed` that says who holds it.
 *
 * Node knows no file locks of its own, so the lock is an exclusive transaction of SQLite on an empty side file: SQLite holds it as
 * a lock of the operating system, which every death frees, SIGKILL and power loss too. The side file must never be opened in
 * another way by this program: closing it would let go of the lock. Who holds it stands in a file beside it, therefore.
 */
export function takeDaemonLock(lockFile: string, holder: Pick<LockHolder, 'command' | 'since'>): DaemonLock {
  const database = tryLock(lockFile)
  if (database === undefined) throw new Problem('not-allowed', `another microfetch works here${describeHolder(lockFile)}`)
  try {
    writeHolder(lockFile, { ...holder, pid: process.pid, host: hostname() })
  } catch (error) {
    database.close()
    throw error
  }
  return { release: () => database.close() }
}

/** Who holds the lock now; undefined when nobody does. Asks the lock itself, so that a dead holder is not believed. */
export function lockHolder(lockFile: string): LockHolder | 'somebody' | undefined {
  const database = tryLock(lockFile)
  if (database === undefined) return readHolder(lockFile) ?? 'somebody'
  database.close()
  return undefined
}

function tryLock(lockFile: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(lockFile, { timeout: 0 })
    database.exec('begin exclusive')
    return database
  } catch (error) {
    database?.close()
    if (isBusy(error)) return undefined
    throw new Problem('refused', `the lock ${lockFile} cannot be taken`, { cause: error })
  }
}

// SQLITE_BUSY and SQLITE_LOCKED, whatever their extended codes are.
function isBusy(error: unknown): boolean {
  const code = (error as { errcode?: unknown }).errcode
  return typeof code === 'number' && [5, 6].includes(code & 0xff)
}

function holderFile(lockFile: string): string {
  return `${lockFile}.holder.json`
}

function writeHolder(lockFile: string, holder: LockHolder): void {
  const path = holderFile(lockFile)
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(holder)}\n`)
  const file = openSync(fresh, 'r')
  fsyncSync(file)
  closeSync(file)
  renameSync(fresh, path)
}

function readHolder(lockFile: string): LockHolder | undefined {
  try {
    return v.parse(holderSchema, JSON.parse(readFileSync(holderFile(lockFile), 'utf8')))
  } catch {
    return undefined // not written yet, or by a version that wrote it differently: the lock holds all the same
  }
}

function describeHolder(lockFile: string): string {
  const holder = readHolder(lockFile)
  if (holder === undefined) return ''
  return `: "${holder.command}", pid ${holder.pid} on ${holder.host}, since ${holder.since}. Stop it first, or use its server with --server`
}
