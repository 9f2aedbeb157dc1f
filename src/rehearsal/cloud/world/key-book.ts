import { createHash } from 'node:crypto'

/** A public ssh key that the account knows. */
export interface SshKey {
  id: number
  name: string
  publicKey: string
  /** MD5 of the key, in pairs: `3b:16:e4:…`. */
  fingerprint: string
}

/** The ssh keys of an account. */
export class KeyBook {
  private readonly keys = new Map<number, SshKey>()
  private lastId = 44_800_000

  /** Adds a key; says so when the account has it already, or when the text is no public key. */
  add(name: string, publicKey: string): SshKey | 'known' | 'broken' {
    const fingerprint = fingerprintOf(publicKey)
    if (fingerprint === undefined) return 'broken'
    if (this.find(fingerprint) !== undefined) return 'known'
    const key = { id: ++this.lastId, name, publicKey: publicKey.trim(), fingerprint }
    this.keys.set(key.id, key)
    return key
  }

  /** A key by number or fingerprint. */
  find(sought: number | string): SshKey | undefined {
    const byNumber = this.keys.get(Number(sought))
    return byNumber ?? this.all().find(key => key.fingerprint === sought)
  }

  remove(key: SshKey): void {
    this.keys.delete(key.id)
  }

  all(): SshKey[] {
    return [...this.keys.values()]
  }
}

/** The fingerprint of a public key in OpenSSH's one-line form; undefined when it is none. */
export function fingerprintOf(publicKey: string): string | undefined {
  const [kind = '', body = ''] = publicKey.trim().split(/\s+/)
  if (!/^(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-(ssh|ecdsa)-\S+)$/.test(kind)) return undefined
  if (!/^[A-Za-z0-9+/]{20,}={0,2}$/.test(body)) return undefined
  const sum = createHash('md5').update(Buffer.from(body, 'base64')).digest('hex')
  return sum.replace(/(..)(?=.)/g, '$1:')
}
