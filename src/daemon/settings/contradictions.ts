import { listenFault } from './server-settings.ts'
import type { SettingValues } from './setting-keys.ts'

/** Settings that are right each by itself and wrong together: the key to look at, and why. */
export function contradictions(values: SettingValues): { key: string; why: string }[] {
  const { policy, workers } = values
  const found: { key: string; why: string }[] = []
  const listen = listenFault(values.server)
  if (listen !== undefined) found.push(listen)
  if (policy.lease_seconds < 2 * workers.beat_seconds) {
    const why = `policy.lease_seconds = ${policy.lease_seconds} is less than two beats (workers.beat_seconds = ${workers.beat_seconds}): healthy workers would lapse`
    found.push({ key: 'policy.lease_seconds', why })
  }
  if (policy.progress_seconds < policy.lease_seconds) {
    const why = `policy.progress_seconds = ${policy.progress_seconds} is less than policy.lease_seconds = ${policy.lease_seconds}`
    found.push({ key: 'policy.progress_seconds', why })
  }
  return found
}
