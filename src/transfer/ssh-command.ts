import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { Problem } from '../core/problem.ts'

/** How a machine is reached by ssh. */
export interface SshSettings {
  /** A name on the search path, or an absolute path. */
  command: string
  /** The private key that the machines let in, absolute; no agent and no other key is offered. */
  identityFile: string
  /** `[user@]host[:port]` that is gone through, known by the known_hosts of whoever we are; undefined: straight there. */
  jumpHost: string | undefined
  /** How long a connection may take to come about. */
  connectSeconds: number
  /** Who we are there. */
  user: string
  port: number
}

/** What suits machines that were set up by their boot plan; only the key must be named. */
export const defaultSsh: Omit<SshSettings, 'identityFile'> = {
  command: 'ssh',
  jumpHost: undefined,
  connectSeconds: 20,
  user: 'mf-collect',
  port: 22,
}

/** A machine's ssh, as it is pinned. */
export interface SshTarget {
  attemptId: string
  /** The file that holds its host key alone, absolute. */
  knownHostsFile: string
  /**
   * A socket in a private folder of ours, absolute, through which the next commands to this machine take the same connection; it ends by
   * itself soon after the last of them. Undefined: each has its own.
   */
  sharedThrough?: string | undefined
}

const keptSeconds = 10

const attemptPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const namePattern = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*\.?$/
const userPattern = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/
const hostKeyPattern = /^ssh-ed25519 [A-Za-z0-9+/]{68}$/
/** ssh reads quotes, and `${…}` as our environment, in a path. */
const pathPattern = /^[^"'\\$\p{Cc}]+$/u

/** The name by which a machine's host key is known, whatever its address is: addresses are given out again. */
export function hostKeyAlias(attemptId: string): string {
  if (!attemptPattern.test(attemptId)) throw new Problem('bad-input', `not an attempt id: ${JSON.stringify(attemptId)}`)
  return `mf-${attemptId}`
}

/** The one line of a machine's own known_hosts file. */
export function knownHostsLine(attemptId: string, hostKey: string): string {
  const alias = hostKeyAlias(attemptId)
  if (!hostKeyPattern.test(hostKey))
    throw new Problem('bad-input', `not an ed25519 host key: ${JSON.stringify(hostKey.slice(0, 120))}`)
  return `${alias} ${hostKey}\n`
}

/** Refuses what is neither an IP address nor a plain host name: an address comes from outside, and ssh would take `-…` for an option. */
export function requireAddress(address: string): string {
  if (isIP(address) !== 0 && !address.includes('%')) return address
  if (!namePattern.test(address))
    throw new Problem('bad-input', `not an address for ssh: ${JSON.stringify(address.slice(0, 80))}`)
  return address
}

/** The words of the ssh command up to the address. Nothing of anybody's configuration is read, and nothing is ever asked. */
export function sshWords(settings: SshSettings, target: SshTarget): string[] {
  if (!pathPattern.test(settings.command) || settings.command.startsWith('-'))
    throw new Problem('bad-input', `not a command: ${JSON.stringify(settings.command)}`)
  requireUser(settings.user)
  return [
    settings.command,
    ...['-F', 'none'],
    ...['-T', '-p', String(requirePort(settings.port))],
    ...alwaysOptions(settings),
    ...asOptions({
      // The machine, and no other: by the key that was made for this attempt, never by what it shows first.
      StrictHostKeyChecking: 'yes',
      UserKnownHostsFile: optionPath(target.knownHostsFile),
      GlobalKnownHostsFile: '/dev/null',
      HostKeyAlias: hostKeyAlias(target.attemptId),
      HostKeyAlgorithms: 'ssh-ed25519',
      CheckHostIP: 'no',
      UpdateHostKeys: 'no',
      VerifyHostKeyDNS: 'no',
      NoHostAuthenticationForLocalhost: 'no',
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      PubkeyAuthentication: 'yes',
      PreferredAuthentications: 'publickey',
      Compression: 'no',
      ...sharing(target.sharedThrough),
      ProxyCommand: settings.jumpHost === undefined ? 'none' : jumpCommand(settings, settings.jumpHost),
    }),
  ]
}

/** One string of words, as rsync's `--rsh` takes it apart again: a quote inside quotes is doubled. */
export function asRemoteShell(words: readonly string[]): string {
  return words.map(word => (/^[A-Za-z0-9@%_+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`)).join(' ')
}

function alwaysOptions(settings: SshSettings): string[] {
  const seconds = settings.connectSeconds
  if (!Number.isInteger(seconds) || seconds < 1)
    throw new Problem('bad-input', 'the time to connect is a whole number of seconds')
  return asOptions({
    BatchMode: 'yes',
    IdentityFile: optionPath(settings.identityFile),
    ConnectTimeout: String(seconds),
    ConnectionAttempts: '1',
    // Three silences, and the line is dead.
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
    LogLevel: 'ERROR',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    Tunnel: 'no',
    EscapeChar: 'none',
  })
}

/**
 * What `-J` stands for, written out: `-J` would pass on neither our key nor that nobody is there to be asked. The jump host is known
 * by the user's own known_hosts, and must be known before.
 */
function jumpCommand(settings: SshSettings, jumpHost: string): string {
  const [, user, host = '', port = '22'] = /^(?:([^@]+)@)?(\[[^\]]+\]|[^:@]+)(?::(\d{1,5}))?$/.exec(jumpHost) ?? []
  if (user !== undefined) requireUser(user)
  const address = requireAddress(host.replace(/^\[(.*)\]$/, '$1'))
  const words = [
    ...[settings.command, '-F', 'none', '-T', '-p', String(requirePort(Number(port)))],
    ...alwaysOptions(settings),
    ...asOptions({ StrictHostKeyChecking: 'yes', UpdateHostKeys: 'no', ...sharing(undefined) }),
    ...(user === undefined ? [] : ['-l', user]),
    ...['-W', '[%h]:%p', '--', address],
  ]
  // ssh puts the machine's address and port for %h and %p, and hands the whole to a shell.
  return words.map(word => `'${word === '[%h]:%p' ? word : word.replaceAll('%', '%%')}'`).join(' ')
}

function sharing(socket: string | undefined): Record<string, string> {
  if (socket === undefined) return { ControlMaster: 'no', ControlPath: 'none' }
  return { ControlMaster: 'auto', ControlPath: optionPath(socket), ControlPersist: `${keptSeconds}s` }
}

function asOptions(options: Record<string, string>): string[] {
  return Object.entries(options).map(([name, value]) => `-o${name}=${value}`)
}

function requireUser(user: string): void {
  if (!userPattern.test(user)) throw new Problem('bad-input', `not a user name: ${JSON.stringify(user)}`)
}

function requirePort(port: number): number {
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Problem('bad-input', `not a port: ${port}`)
}

function optionPath(path: string): string {
  if (isAbsolute(path) && pathPattern.test(path)) return `"${path.replaceAll('%', '%%')}"`
  throw new Problem(
    'bad-input',
    `ssh cannot be told of this path: ${JSON.stringify(path)}; an absolute one without quotes and $ is needed`,
  )
}
