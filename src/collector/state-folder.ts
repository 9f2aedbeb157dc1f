import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describeError, Problem } from '../core/problem.ts'
import { flushFolder, writeWhole } from '../transfer/flush.ts'
import { hasCode } from '../transfer/has-code.ts'

/*
 * What a collector keeps besides results, in the folder `.collector` of its library: who it is, its ssh key, the lock, and the
 * transfers that were not acknowledged yet.
 */

/** The collector's own folder of a library. */
export function stateFolderOf(libraryFolder: string): string {
  return join(libraryFolder, '.collector')
}

/** Makes the library's folder (not the one above it: a disk that is not mounted must not be begun anew) and the collector's own in it. */
export async function makeStateFolder(libraryFolder: string): Promise<string> {
  const folder = stateFolderOf(libraryFolder)
  try {
    for (const path of [libraryFolder, folder]) await makeOne(path)
    await chmod(folder, 0o700)
  } catch (error) {
    throw new Problem('refused', `the library ${libraryFolder} cannot be used: ${describeError(error)}`, { cause: error })
  }
  return folder
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error
  })
}

/** The id of the library, made with it: a name that two libraries share is noticed by it. */
export async function libraryIdIn(stateFolder: string): Promise<string> {
  const path = join(stateFolder, 'library-id')
  const text = (await readIfThere(path))?.trim()
  if (text !== undefined && /^[a-z0-9]{12}$/.test(text)) return text
  const id = randomBytes(6).toString('hex')
  await writeWhole(path, `${id}\n`)
  return id
}

/** What the collector of a library is called where nobody gave it a name: its host, and the beginning of its library's id. */
export function usualName(libraryId: string): string {
  const host = hostname()
    .replace(/\..*$/, '')
    .replace(/[^A-Za-z0-9-]/g, '')
    .replace(/^-+/, '')
    .slice(0, 60)
  return `${host === '' ? 'collector' : host}-${libraryId.slice(0, 6)}`
}

/** A pair of ssh keys. */
export interface Keys {
  /** The private key's file, absolute. */
  identityFile: string
  /** The public key in one line, as droplets are told of it. */
  publicKey: string
  /** It was made just now, so the daemon does not know it yet. */
  isNew: boolean
}

/** The key that machines let in: made at the first start with the system's `ssh-keygen`, without a passphrase, as no one is there to be asked. */
export async function keysIn(stateFolder: string): Promise<Keys> {
  const folder = join(stateFolder, 'ssh')
  await makeOne(folder)
  await chmod(folder, 0o700)
  const identityFile = join(folder, 'id_ed25519')
  const known = await readIfThere(`${identityFile}.pub`)
  if (known !== undefined && (await readIfThere(identityFile)) !== undefined) {
    return { identityFile, publicKey: known.trim(), isNew: false }
  }
  await makeKey(identityFile)
  return { identityFile, publicKey: (await readFile(`${identityFile}.pub`, 'utf8')).trim(), isNew: true }
}

/** The private key gets its name last: a start that was broken off leaves none that nobody knows the public half of. */
async function makeKey(identityFile: string): Promise<void> {
  const fresh = `${identityFile}.new`
  for (const path of [fresh, `${fresh}.pub`, identityFile, `${identityFile}.pub`]) await rm(path, { force: true })
  const args = ['-q', '-t', 'ed25519', '-N', '', '-C', 'microfetch-collect', '-f', fresh]
  await promisify(execFile)('ssh-keygen', args).catch((error: unknown) => {
    const why = hasCode(error, 'ENOENT') ? 'there is no ssh-keygen: install openssh-client' : describeError(error)
    throw new Problem('refused', `no ssh key could be made: ${why}`, { cause: error })
  })
  await rename(`${fresh}.pub`, `${identityFile}.pub`)
  await rename(fresh, identityFile)
  await flushFolder(dirname(identityFile))
}

/** A key of the operator's own, with its public half from the file beside it. */
export async function keysAt(identityFile: string): Promise<Keys> {
  if ((await readIfThere(identityFile)) === undefined) throw new Problem('bad-input', `there is no ssh key ${identityFile}`)
  const publicKey = (await readIfThere(`${identityFile}.pub`))?.trim() ?? ''
  return { identityFile, publicKey, isNew: false }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  })
}
