import { readFileSync } from 'node:fs'

/** The most memory that this program ever held (VmHWM), in MB of a million bytes. */
export function peakMegabytes(): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Math.round((Number(kilobytes) * 1024) / 1e6)
}
