import type { Notice } from '../../core/notice.ts'

/** One way by which people are told. */
export interface Channel {
  readonly name: string
  /** Sends one notice, once, and within a time. Throws when it did not arrive; nothing secret stands in what is thrown. */
  send(notice: Notice, signal: AbortSignal): Promise<void>
}
