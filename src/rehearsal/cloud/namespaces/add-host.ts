import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { machineFiles } from './droplet-files.ts'
import type { Hub } from './hub.ts'
import { bootMachine, type EnterOptions, type Machine } from './machine.ts'
import type { CommandEnd } from './run-command.ts'
import { scriptPath } from './script-path.ts'

/** A host of the institute's. */
export interface AddedHostOptions {
  hostname: string
  /** In the hub's public network, and taken by nobody else. */
  publicAddress: string
  /** In the hub's private network, and taken by nobody else. */
  privateAddress: string
  /** Tells it from other added hosts: 0, 1, 2 … */
  place?: number
  hidden?: readonly string[]
  seen?: readonly string[]
  /** Folders that it writes to: what lies in them lies outside too. */
  shared?: readonly { outside: string; inside: string }[]
  /** For everything on it that is in none of the shared folders. */
  diskMb?: number
}

/** A host in the cloud's network that is no droplet: it reaches every machine, and no machine reaches it. */
export interface AddedHost {
  /** Runs a command on it to its end. */
  run(argv: readonly [string, ...string[]], options?: { cwd?: string; input?: string }): Promise<CommandEnd>
  /** Starts a command on it that lasts. It dies with the program that is answered. */
  start(argv: readonly [string, ...string[]], options?: EnterOptions): ChildProcess
  /** Sends a signal to the command itself that `start` started, as a person on the host would. */
  signal(started: ChildProcess, name: NodeJS.Signals): void
  /** How many packets that wanted to begin something its firewall has refused, by the address they came from. A try to connect is one packet. */
  refused(): Promise<ReadonlyMap<string, number>>
  end(): Promise<void>
}

/** Numbers of added hosts begin here, far above those of droplets. */
const firstHostId = 4_000_000_000

/** Adds a host beside the droplets. Rejects when it cannot; then nothing of it is left. */
export async function addHost(hub: Hub, options: AddedHostOptions): Promise<AddedHost> {
  const { hostname, publicAddress, privateAddress, place = 0, hidden = [], seen = [], shared = [], diskMb = 1024 } = options
  const machine = await bootMachine(hub, {
    port: { machineId: firstHostId + place, publicAddress, privateAddress, meetsAll: true },
    hostname,
    memoryMb: undefined,
    vcpus: 2,
    diskMb,
    files: [
      ...machineFiles(hostname),
      { path: '/usr/local/lib/test-cloud/boot.sh', content: 'exit 0\n' },
      { path: firewallFile, content: readFileSync(scriptPath('firewall.nft')) },
    ],
    view: { hidden, seen, shared },
  })
  try {
    const { code, stderr } = await runOn(machine, ['nft', '-f', firewallFile])
    if (code !== 0) throw new Error(`host ${hostname} has no firewall: ${stderr.trim()}`)
  } catch (error) {
    await machine.end()
    throw error
  }
  return {
    run: (argv, { cwd, input } = {}) => runOn(machine, argv, cwd, input),
    start: (argv, start) => machine.enter(argv, start),
    signal: (started, name) => machine.signal(started, name),
    refused: () => readRefused(machine),
    end: () => machine.end(),
  }
}

const firewallFile = '/usr/local/lib/test-cloud/firewall.nft'

/** Runs a command on a machine to its end. */
export async function runOn(
  machine: Machine,
  argv: readonly [string, ...string[]],
  cwd?: string,
  input = '',
): Promise<CommandEnd> {
  const child = machine.enter(argv, cwd === undefined ? {} : { cwd })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes')
  const ended = once(child, 'close') as Promise<[number | null]>
  stdin.on('error', () => undefined) // it may end without reading
  stdin.end(input)
  const [output, errors, [code]] = await Promise.all([text(stdout), text(stderr), ended])
  return { code: code ?? 137, stdout: output, stderr: errors }
}

/** What `nft --json list set` answers, as far as it is read. */
interface ListedSet {
  nftables: { set?: { elem?: { elem: { val: string; counter: { packets: number } } }[] } }[]
}

async function readRefused(machine: Machine): Promise<ReadonlyMap<string, number>> {
  const { code, stdout, stderr } = await runOn(machine, ['nft', '--json', 'list', 'set', 'inet', 'institute', 'refused'])
  if (code !== 0) throw new Error(`the firewall cannot be read: ${stderr.trim()}`)
  const { nftables } = JSON.parse(stdout) as ListedSet
  const elements = nftables.flatMap(({ set }) => set?.elem ?? [])
  return new Map(elements.map(({ elem }) => [elem.val, elem.counter.packets]))
}
