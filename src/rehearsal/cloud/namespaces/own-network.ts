import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex, Readable, Writable } from 'node:stream'
import { ownEnvironment } from './config.ts'
import { controlTrees, type ControlTrees, makeCloudGroups } from './control-groups.ts'
import { scriptPath } from './script-path.ts'
import { searchPath } from './search-path.ts'

/** How a command is started in a network of its own. */
export interface OwnNetworkOptions {
  /** The command's whole environment; that of this program when not given. */
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** `pipe`: output and errors are read from the answer; `inherit`: they and the input are this program's own. */
  stdio: 'inherit' | 'pipe'
}

/** A command in a network of its own. */
export interface OwnNetwork {
  /** Of the command; null where it has this program's own. */
  stdin: Writable | null
  stdout: Readable | null
  stderr: Readable | null
  /** Of the program that holds it; ending that one ends everything. */
  pid: number
  /** Sends the command a signal by name (`TERM`, `INT`, …). `KILL` ends everything in the network with it. */
  signal(name: string): void
  /** Its exit status once everything is gone: 128 and the signal's number when a signal ended it. */
  ended: Promise<number>
}

/**
 * Starts a command in a fresh network, mount and pid namespace. Its network has a loopback and no way out. Whatever is started there dies
 * with the command, and the command dies with this program, however that ends; nothing is left over. Needs root: `whyNoNamespaces` says so.
 */
export function startInOwnNetwork(argv: readonly [string, ...string[]], options: OwnNetworkOptions): OwnNetwork {
  const trees = controlTrees()
  removeForgottenGroups(trees)
  const groups = makeCloudGroups(trees, `${groupPrefix}${process.pid}-${randomBytes(4).toString('hex')}`)
  const guard = spawn('setsid', ['--fork', 'sh', scriptPath('own-network-guard.sh'), ...groups], {
    cwd: '/',
    env: { PATH: searchPath },
    // Not its input: Node ends that when the program it started ends, and that one only leaves the guard behind.
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const cleaned = once(guard, 'close')
  const flags = ['--net', '--mount', '--pid', '--fork', '--kill-child=KILL', '--mount-proc']
  // The command keeps its own path; the programs in front of it are found by the machine's.
  const before = ['--pdeathsig', 'KILL', '/usr/bin/env', `PATH=${searchPath}`, 'unshare', ...flags]
  const begin = ['sh', scriptPath('own-network-begin.sh'), groups.join(':'), '/usr/bin/env', ...pathOf(options.env), ...argv]
  const child = spawn('/usr/bin/setpriv', [...before, ...begin], {
    cwd: options.cwd,
    env: options.env,
    // In a session of its own, so that an interrupt typed at the terminal reaches it once: from here.
    detached: true,
    stdio: options.stdio === 'inherit' ? ['inherit', 'inherit', 'inherit', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  const line = child.stdio[3] as Duplex
  line.on('error', () => undefined) // it has ended already
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    pid: child.pid ?? 0,
    signal: name => void (name === 'KILL' ? line.end() : line.write(`${name}\n`)),
    ended: endOf(child, guard, cleaned),
  }
}

/** Names of signals that a person or a service sends; they are handed on. */
const handedOn = ['INT', 'TERM', 'HUP'] as const

/**
 * Runs a command in a network of its own with this program's input and output, hands on the signals that this program gets meanwhile, and
 * answers the command's exit status.
 */
export async function runInOwnNetwork(
  argv: readonly [string, ...string[]],
  options: Omit<OwnNetworkOptions, 'stdio'> = {},
): Promise<number> {
  const network = startInOwnNetwork(argv, { ...options, stdio: 'inherit' })
  const hands = handedOn.map(name => ({ event: `SIG${name}` as const, hand: () => network.signal(name) }))
  for (const { event, hand } of hands) process.on(event, hand)
  try {
    return await network.ended
  } finally {
    for (const { event, hand } of hands) process.off(event, hand)
  }
}

const groupPrefix = 'microfetch-cloud-'

/** The words that give the command back its own search path. */
function pathOf(env: NodeJS.ProcessEnv | undefined): string[] {
  const path = (env ?? ownEnvironment()).PATH
  return path === undefined ? ['-u', 'PATH'] : [`PATH=${path}`]
}

/** `cleaned`: when the guard has let go of its line, everything is given back. */
async function endOf(child: ChildProcess, guard: ChildProcess, cleaned: Promise<unknown>): Promise<number> {
  const failed = await Promise.race([
    once(child, 'exit').then(() => undefined),
    once(child, 'error').then(([error]) => error as Error),
  ])
  const line = guard.stdio[3] as Duplex
  line.resume()
  line.end()
  await cleaned
  if (failed !== undefined) throw new Error('a network of its own could not be made', { cause: failed })
  return child.exitCode ?? 137
}

/** Takes away empty groups of clouds whose guard was killed too: those of programs that are no more. */
function removeForgottenGroups(trees: ControlTrees): void {
  const roots = new Set([trees.memory, trees.cpu, trees.freezer].filter(root => root !== undefined))
  for (const root of roots) {
    for (const name of readdirSync(root).filter(each => each.startsWith(groupPrefix))) {
      const owner = name.slice(groupPrefix.length).split('-')[0] ?? ''
      if (!existsSync(join('/proc', owner))) removeEmpty(join(root, name))
    }
  }
}

function removeEmpty(folder: string): void {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) rmdirSync(join(folder, entry.name))
    rmdirSync(folder)
  } catch {
    // Something is still in it, so it is not forgotten.
  }
}
