import { isIP } from 'node:net'
import type { SettingValues } from './setting-keys.ts'

/** Where the daemon listens. */
export interface ServerSettings {
  host: string
  /** 0: any free one. */
  port: number
  allowRemote: boolean
  /** SHA-256 in hexadecimal of the token that people must give; undefined: none is asked for. */
  peopleTokenHash: string | undefined
}

/** `host:port` in its parts; an IPv6 address stands in brackets. */
export function serverOf(set: SettingValues['server']): ServerSettings {
  const colon = set.listen.lastIndexOf(':')
  const host = set.listen.slice(0, colon).replace(/^\[|\]$/g, '')
  return {
    host,
    port: Number(set.listen.slice(colon + 1)),
    allowRemote: set.allow_remote,
    peopleTokenHash: set.token_hash || undefined,
  }
}

/** Why the daemon must not listen there; undefined when it may. */
export function listenFault(set: SettingValues['server']): string | undefined {
  const { host, allowRemote, peopleTokenHash } = serverOf(set)
  if (isLoopback(host)) return undefined
  if (allowRemote && peopleTokenHash === undefined)
    return `server.listen = "${set.listen}" can be reached from other machines: set server.token_hash, so that people must give a token`
  if (allowRemote) return undefined
  return `server.listen = "${set.listen}" can be reached from other machines; set server.allow_remote = true if that is meant`
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
