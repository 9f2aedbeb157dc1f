import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { HostKey } from '../../../core/host-key.ts'

const keyType = 'ssh-ed25519'
const pemColumns = 70
/** What the private part is padded to when it is not encrypted. */
const blockBytes = 8

/**
 * Makes a fresh ed25519 host key. The private key is in the form that OpenSSH itself writes (PROTOCOL.key, `openssh-key-v1`, no passphrase):
 * sshd reads no PKCS#8 of ed25519 keys.
 */
export function makeHostKey(comment = 'microfetch'): HostKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d, x } = privateKey.export({ format: 'jwk' })
  if (d === undefined || x === undefined) throw new Error('an ed25519 key without its numbers')
  const secret = Buffer.from(d, 'base64url')
  const open = Buffer.from(x, 'base64url')
  const publicBlob = Buffer.concat([text(keyType), bytes(open)])
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...[text('none'), text('none'), text('')],
    ...[uint32(1), bytes(publicBlob), bytes(privatePart(secret, open, comment))],
  ])
  return { privateKey: toPem(whole), publicKey: `${keyType} ${publicBlob.toString('base64')}` }
}

function privatePart(secret: Buffer, open: Buffer, comment: string): Buffer {
  // The same number twice: whoever decrypts a key sees by it that the passphrase was right.
  const check = randomBytes(4)
  const content = Buffer.concat([check, check, text(keyType), bytes(open), bytes(Buffer.concat([secret, open])), text(comment)])
  const missing = (blockBytes - (content.length % blockBytes)) % blockBytes
  return Buffer.concat([content, Buffer.from(Array.from({ length: missing }, (_none, at) => at + 1))])
}

function toPem(whole: Buffer): string {
  const lines = whole.toString('base64').match(new RegExp(`.{1,${pemColumns}}`, 'g')) ?? []
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32BE(value)
  return buffer
}

function bytes(content: Buffer): Buffer {
  return Buffer.concat([uint32(content.length), content])
}

function text(content: string): Buffer {
  return bytes(Buffer.from(content))
}
