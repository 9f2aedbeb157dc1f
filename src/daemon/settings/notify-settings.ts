import type { SettingValues } from './setting-keys.ts'

/** Who is told, and when. */
export interface NotifySettings {
  /** Undefined: nothing is posted. It may hold a secret, and is never shown. */
  webhookUrl: string | undefined
  /** The program and its arguments; empty: no mail. */
  mailCommand: string[]
  mailTo: string | undefined
  /** Minutes after midnight UTC. */
  dailyAtMinutes: number
}

/** Reads section `notify`. */
export function notifyOf(set: SettingValues['notify']): NotifySettings {
  const [hours = 0, minutes = 0] = set.daily_at.split(':').map(Number)
  return {
    webhookUrl: set.webhook_url || undefined,
    mailCommand: set.mail_command,
    mailTo: set.mail_to || undefined,
    dailyAtMinutes: hours * 60 + minutes,
  }
}
