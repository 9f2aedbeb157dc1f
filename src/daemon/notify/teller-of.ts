import { hostname } from 'node:os'
import type { Log } from '../../core/log.ts'
import type { Teller } from '../../core/notice.ts'
import type { Config } from '../config.ts'
import { fetchThrough } from '../fetch/fetch-through.ts'
import type { Channel } from './channel.ts'
import { mail } from './mail.ts'
import { makeTeller } from './make-teller.ts'
import { webhook } from './webhook.ts'

const webhookSeconds = 10
const mailSeconds = 30
/** A heartbeat ends soon after its rounds: what is under way then gets so long. */
const closingSeconds = 35

/** The teller that the settings want; with no channel set it still knows when the daily line is due. */
export function tellerOf(config: Config, { version, log }: { version: string; log: Log }): Teller {
  const { notify, network, digitalOcean, agentEnvironment } = config
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = network
  const host = hostname()
  const channels: Channel[] = []
  let close = (): Promise<void> => Promise.resolve()
  if (notify.webhookUrl !== undefined) {
    const through = fetchThrough({ httpProxy, httpsProxy, noProxy, caPem, connectSeconds, userAgent: `microfetch/${version}` })
    close = () => through.close()
    channels.push(webhook({ url: notify.webhookUrl, host, fetch: request => through.fetch(request), seconds: webhookSeconds }))
  }
  if (notify.mailCommand.length > 0) {
    const { mailCommand: command, mailTo: to } = notify
    channels.push(mail({ command, to, host, environment: agentEnvironment, seconds: mailSeconds }))
  }
  const secrets = [notify.webhookUrl, digitalOcean.token].filter(secret => secret !== undefined)
  const teller = makeTeller({ channels, dailyAtMinutes: notify.dailyAtMinutes, secrets, log, closingSeconds })
  return {
    ...teller,
    close: async () => {
      await teller.close()
      await close()
    },
  }
}
