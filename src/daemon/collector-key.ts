import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeError, Problem } from '../core/problem.ts'
import type { CollectorSettings } from './settings/collector-settings.ts'
import type { Home } from './settings/home.ts'
import { makeFolder } from './settings/make-folder.ts'
import { makeHostKey } from './providers/boot/make-host-key.ts'

/** The key with which results are fetched: what droplets let in, and where its private part lies when it is on this computer. */
export interface CollectorKey {
  publicKey: string
  /** Undefined where the collector is on another host: then this computer cannot reach droplets at all. */
  identityFile: string | undefined
}

/**
 * The collector's key. A remote one tells its public part in the settings; the daemon's own is made in `ssh/` of its home when none is
 * named. Throws `refused` when what is named cannot be used.
 */
export function collectorKey({ name, publicKey, identityFile }: CollectorSettings, home: Home): CollectorKey {
  if (name === 'remote') {
    if (publicKey !== undefined) return { publicKey, identityFile: undefined }
    const what = '`microfetch collect` prints it when it is started for the first time on the storage host'
    throw new Problem('refused', `collector.name = "remote" needs collector.public_key, the key that droplets let in: ${what}`)
  }
  const file = identityFile ?? ownKey(home)
  return { publicKey: publicKey ?? readPublicKey(`${file}.pub`), identityFile: file }
}

function ownKey(home: Home): string {
  makeFolder(home.sshDir)
  const file = join(home.sshDir, 'collector_ed25519')
  if (existsSync(file) && existsSync(`${file}.pub`)) return file
  const made = makeHostKey('microfetch-collector')
  // The public part first: a private key without it would be made anew, and droplets that were let know of the other be out of reach.
  writeWhole(`${file}.pub`, `${made.publicKey} microfetch-collector\n`, 0o644)
  writeWhole(file, made.privateKey, 0o600)
  return file
}

function writeWhole(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode, flush: true })
  renameSync(`${path}.new`, path)
}

function readPublicKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new Problem(
      'refused',
      `the public part of collector.identity_file cannot be read from ${path}: ${describeError(error)}`,
    )
  }
}
