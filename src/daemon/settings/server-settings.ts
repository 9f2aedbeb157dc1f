import { isIP } from 'node:net'
import type { SettingValues } from './setting-keys.ts'

/** Where the daemon listens. */
export interface ServerSettings {
  host: string
  /** 0: any free one. */
  port: number
  allowRemote: boolean
  /** How machines elsewhere reach it; undefined: they do not. */
  publicUrl: string | undefined
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
    publicUrl: set.public_url || undefined,
    peopleTokenHash: set.token_hash || undefined,
  }
}

/** Why the daemon must not listen so, and the key to look at; undefined when it may. */
export function listenFault(set: SettingValues['server']): { key: string; why: string } | undefined {
  const { host, allowRemote, peopleTokenHash } = serverOf(set)
  // Wherever it listens: with it, requests by any name are answered, so that a proxy can stand before it.
  if (allowRemote && peopleTokenHash === undefined) {
    const why = 'server.allow_remote = true lets others in: set server.token_hash, so that people must give a token'
    return { key: 'server.allow_remote', why }
  }
  if (allowRemote || isLoopback(host)) return undefined
  const why = `server.listen = "${set.listen}" can be reached from other machines; set server.allow_remote = true if that is meant`
  return { key: 'server.listen', why }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
