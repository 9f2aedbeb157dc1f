import type { SettingValues } from './setting-keys.ts'

/** Who brings results home, and how. */
export interface CollectorSettings {
  name: 'embedded' | 'remote'
  /** SHA-256 of the token of a remote collector; undefined: none is let in. */
  tokenHash: string | undefined
  /** The remote collector's public key; undefined: the daemon's own is used. */
  publicKey: string | undefined
  /** Absolute; undefined: made in the home. */
  identityFile: string | undefined
  jumpHost: string | undefined
  atOnce: number
  bandwidthKbytes: number | undefined
  /** Hours of the day in which transfers may begin, `HH:MM-HH:MM` in UTC. */
  window: string | undefined
  quotaBytes: number | undefined
  fileMode: number
  group: string | undefined
  silentSeconds: number
}

/** Reads section `collector`; `identityFile` is its path made absolute. */
export function collectorOf(set: SettingValues['collector'], identityFile: string): CollectorSettings {
  return {
    name: set.name,
    tokenHash: set.token_hash.toLowerCase() || undefined,
    publicKey: set.public_key || undefined,
    identityFile: set.identity_file === '' ? undefined : identityFile,
    jumpHost: set.jump_host || undefined,
    atOnce: set.at_once,
    bandwidthKbytes: set.bandwidth_kbytes || undefined,
    window: set.window || undefined,
    quotaBytes: set.quota_gb === 0 ? undefined : set.quota_gb * 1e9,
    fileMode: Number.parseInt(set.file_mode, 8),
    group: set.group || undefined,
    silentSeconds: set.silent_seconds,
  }
}
