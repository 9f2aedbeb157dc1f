import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeClient, type Client } from '../../src/api/client.ts'
import { addTaxa, type AskedReach } from '../../src/api/taxa.ts'
import { readConfig, type Config } from '../../src/daemon/config.ts'
import type { Reader } from '../../src/daemon/ledger/ledger.ts'
import { openDaemon, type Daemon } from '../../src/daemon/main.ts'
import { localProvider } from '../../src/daemon/providers/local/local-provider.ts'
import { agentBundle } from '../../src/daemon/providers/agent-bundle.ts'
import { noEffectPoint } from '../../src/core/effect-point.ts'
import { stubSettings, type StubWishes } from '../stub-recipe/stub-settings.ts'
import type { RehearsedWorld } from './rehearsed-world.ts'

/** How long anything may take before a test gives it up; only a machine that is far too busy comes near it. */
const patienceMs = 120_000

/** The shipped daemon in this process, in a home of its own: real ledger, agents and transfers, the stub recipe. */
export class InstallationUnderTest {
  readonly home = mkdtempSync(join(tmpdir(), 'microfetch-end-to-end-'))
  readonly library = join(this.home, 'library')
  private readonly holds = join(this.home, 'holds')
  private readonly world: RehearsedWorld
  private opened: { daemon: Daemon; client: Client; config: Config } | undefined

  constructor(world: RehearsedWorld) {
    this.world = world
    mkdirSync(this.holds)
  }

  /** The daemon; it works only when it is told to. */
  get daemon(): Daemon {
    assert.ok(this.opened, 'the daemon is not open')
    return this.opened.daemon
  }

  /** The door as people's programs use it, by HTTP. */
  get client(): Client {
    assert.ok(this.opened, 'the daemon is not open')
    return this.opened.client
  }

  get config(): Config {
    assert.ok(this.opened, 'the daemon is not open')
    return this.opened.config
  }

  /** What stands in the ledger; tests only read it, to see that what was said is so. */
  get ledger(): Reader {
    return this.daemon.ledger.read
  }

  /** Writes the settings and opens the daemon. */
  async open(wishes: StubWishes = {}): Promise<void> {
    // Limits that no busy machine comes near: nothing that is tried here has silent or late agents.
    const patient = { boot_seconds: 300, lease_seconds: 300, progress_seconds: 3600, deadline_seconds: 3600 }
    const settings = { ...wishes, holds: this.holds, policy: { ...patient, ...wishes.policy } }
    writeFileSync(join(this.home, 'microfetch.toml'), stubSettings(this.world.archive, settings))
    const log = { say: () => undefined, warn: () => undefined }
    const config = await readConfig({ home: this.home })
    const daemon = await openDaemon(config, { version: 'test', command: 'end-to-end', log, clock: this.world.clock })
    const client = makeClient(request => fetch(request), { baseUrl: daemon.url, person: 'ada', timeLimitMs: patienceMs })
    this.opened = { daemon, client, config }
  }

  /** Stops the daemon; its machines live on. */
  async stop(): Promise<void> {
    await this.opened?.daemon.close()
    this.opened = undefined
  }

  /** Stops the daemon, ends what machines are left, and forgets the home. */
  async close(): Promise<void> {
    await this.stop()
    const { clock } = this.world
    const log = { say: () => undefined, warn: () => undefined }
    const workFolder = join(this.home, 'workers')
    const provider = localProvider({ workFolder, agentBundle, node: [], environment: {}, clock, effect: noEffectPoint, log })
    for (const machine of await provider.list()) while ((await provider.destroy(machine.id)) !== 'gone') await sleep(50)
    rmSync(this.home, { recursive: true, force: true })
  }

  /** Tracks taxa through the door, with all of their past unless told otherwise. */
  async add(asked: readonly (number | string)[], over: { settings?: Record<string, string>; reach?: AskedReach | null } = {}) {
    const { settings = {}, reach = { kind: 'all' } } = over
    const body = { asked: asked.map(String), scope: 'subtree' as const, reach, settings, force: false, dryRun: false }
    return (await this.client.ask(addTaxa, { body })).taxa
  }

  /** Rounds until nothing is left to do. */
  async settle(): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs)
    const left = await this.daemon.runUntilIdle(signal)
    assert.equal(signal.aborted, false, `it does not come to an end: ${JSON.stringify(left)}`)
  }

  /** One heartbeat after the other until something is so. */
  async workUntil(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const signal = AbortSignal.timeout(patienceMs)
    let failures: unknown[] = []
    while (!(await isSo())) {
      if (signal.aborted) assert.fail(`it does not come about that ${what}: ${JSON.stringify(failures)}`)
      failures = (await this.daemon.heartbeatOnce()).flatMap(report => report.failures)
      await sleep(20)
    }
  }

  /** The stub waits at this run until it is let go. */
  hold(run: string): void {
    writeFileSync(join(this.holds, run), '')
  }

  letGo(run: string): void {
    rmSync(join(this.holds, run), { force: true })
  }

  /** The stub fails at this run until it is healed. */
  spoil(run: string): void {
    writeFileSync(join(this.holds, `${run}.fails`), '')
  }

  heal(run: string): void {
    rmSync(join(this.holds, `${run}.fails`), { force: true })
  }
}

/** Opens an installation over a world, and closes it when the test ends. */
export async function installationFor(
  t: { after(act: () => Promise<void>): void },
  world: RehearsedWorld,
  wishes: StubWishes = {},
): Promise<InstallationUnderTest> {
  const made = new InstallationUnderTest(world)
  t.after(() => made.close())
  await made.open(wishes)
  return made
}
