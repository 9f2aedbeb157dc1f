import { userInfo } from 'node:os'
import { makeClient, type Client } from '../api/client.ts'
import { Problem } from '../core/problem.ts'
import { readConfig } from '../daemon/config.ts'
import type { CliContext } from './cli-context.ts'
import { ownVersion } from './version.ts'

/** A client with what must be closed after it. */
export interface OpenClient {
  client: Client
  /** Makes the ledger of the home where there is none yet. */
  makeLedger(): Promise<void>
  close(): Promise<void>
}

/** A question to the archive may take long; anything else answers at once. */
const timeLimitMs = 120_000

/** Opens the one way in: HTTP to a daemon when one is named, else the same routes in this process over the ledger file. */
export async function openClient(context: CliContext, mayLackLedger: boolean): Promise<OpenClient> {
  const { server } = context.flags()
  const common = { person: personName(), timeLimitMs, signal: context.interrupted }
  const version = ownVersion()
  if (server !== undefined) {
    const baseUrl = requireAddress(server)
    const token = context.environment['MICROFETCH_SERVER_TOKEN'] || undefined
    const { openRemoteDoor } = await import('../daemon/remote-door.ts')
    const door = openRemoteDoor(await configOf(context), version)
    const client = makeClient(door.fetch, { ...common, baseUrl, token })
    return { client, makeLedger: () => door.makeLedger(), close: () => door.close() }
  }
  const log = { say: () => undefined, warn: (text: string) => context.screen.say(`microfetch: ${text}`) }
  const { openDoor } = await import('../daemon/open-door.ts')
  const door = await openDoor(await configOf(context), { mayLackLedger, clock: context.clock, version, log })
  const client = makeClient(door.fetch, { ...common, baseUrl: 'http://localhost' })
  return { client, makeLedger: () => door.makeLedger(), close: () => door.close() }
}

/** The settings in force for this command. */
export function configOf(context: CliContext): ReturnType<typeof readConfig> {
  const { home, settings } = context.flags()
  return readConfig({ home, settings, environment: context.environment, workingFolder: context.workingFolder })
}

function requireAddress(server: string): string {
  if (URL.canParse(server) && /^https?:$/.test(new URL(server).protocol)) return server
  throw new Problem('bad-input', `--server ${server}: wanted is an address such as http://127.0.0.1:8577`)
}

function personName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined // a user without an entry in the system's list: containers
  }
}
