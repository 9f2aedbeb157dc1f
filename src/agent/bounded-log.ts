import { appendFileSync, renameSync, statSync } from 'node:fs'
import { shownMode } from './atomic-file.ts'

/** A log of which the last part is kept: when it is full it becomes `<path>.1`, in place of the one before, and begins anew. */
export class BoundedLog {
  readonly #path: string
  readonly #mostBytes: number
  #bytes: number

  /** The file and its older half together never hold much more than twice `mostBytes`. */
  constructor(path: string, mostBytes: number) {
    this.#path = path
    this.#mostBytes = mostBytes
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  append(text: string | Uint8Array): void {
    try {
      if (this.#bytes >= this.#mostBytes) {
        renameSync(this.#path, `${this.#path}.1`)
        this.#bytes = 0
      }
      appendFileSync(this.#path, text, { mode: shownMode })
      this.#bytes += text.length
    } catch {
      // A log that cannot be written, on a full disk say, must never end the work.
    }
  }
}
