import { randomBytes, randomInt } from 'node:crypto'

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A fresh random id of 12 small letters and digits (62 bits). */
export function randomId(): string {
  return Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
}

/** A fresh secret of 256 bits, in hexadecimal. */
export function randomSecret(): string {
  return randomBytes(32).toString('hex')
}
