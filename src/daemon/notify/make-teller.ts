import { setMaxListeners } from 'node:events'
import type { Log } from '../../core/log.ts'
import type { Notice, Teller } from '../../core/notice.ts'
import { describeError } from '../../core/problem.ts'
import type { Channel } from './channel.ts'

/** What a teller is made of. */
export interface TellerOptions {
  channels: readonly Channel[]
  dailyAtMinutes: number
  /** Texts that stand in no notice, whatever was quoted there: tokens, addresses with a secret in them. */
  secrets: readonly string[]
  log: Log
  /** So long what is under way is waited for at the end, in seconds. */
  closingSeconds: number
}

/** Makes a teller: each sending goes on by itself, and none keeps the work waiting. */
export function makeTeller({ channels, dailyAtMinutes, secrets, log, closingSeconds }: TellerOptions): Teller {
  const underWay = new Map<number, Promise<void>>()
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const sendOne = async (
    channelName: string,
    notice: Notice,
    then: (fault: string | undefined) => Promise<void>,
  ): Promise<void> => {
    const channel = channels.find(({ name }) => name === channelName)
    const fault =
      channel === undefined
        ? 'this channel is not set any more'
        : await channel.send(withoutSecrets(notice, secrets), closing.signal).then(() => undefined, describeError)
    await then(fault)
  }
  return {
    channels: channels.map(({ name }) => name),
    dailyAtMinutes,
    isUnderWay: noticeId => underWay.has(noticeId),
    begin: (noticeId, channelName, notice, then) => {
      if (underWay.has(noticeId) || closing.signal.aborted) return
      const sending = sendOne(channelName, notice, then)
        // What could not be written down is sent again: at least once.
        .catch((error: unknown) => log.warn('what became of a notice could not be written down', { why: describeError(error) }))
        .finally(() => underWay.delete(noticeId))
      underWay.set(noticeId, sending)
    },
    close: async () => {
      const timer = setTimeout(() => closing.abort(), closingSeconds * 1000)
      await Promise.all(underWay.values())
      clearTimeout(timer)
      closing.abort()
    },
  }
}

function withoutSecrets(notice: Notice, secrets: readonly string[]): Notice {
  let text = JSON.stringify(notice)
  for (const secret of secrets.filter(one => one.length > 3)) text = text.replaceAll(JSON.stringify(secret).slice(1, -1), '…')
  return JSON.parse(text) as Notice
}
