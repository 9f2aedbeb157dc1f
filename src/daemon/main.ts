import { serve, type ServerType } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../core/clock.ts'
import { attemptFoldersIn } from './attempt-folders.ts'
import { randomId } from './chance.ts'
import type { Config } from './config.ts'
import { takeDaemonLock } from './daemon-lock.ts'
import { noEffectPoint, type EffectPoint } from '../core/effect-point.ts'
import { loopbackHosts, type DoorParts } from './http/door-parts.ts'
import { makeApp } from './http/make-app.ts'
import { rememberQuestions } from './http/remembered-questions.ts'
import type { PassReport } from './ledger/passes.ts'
import type { WorkLeft } from './ledger/work-left.ts'
import type { Ledger } from './ledger/ledger.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { endMachines } from './end-machines.ts'
import { makeDeps } from './make-deps.ts'
import type { Deps } from './deps.ts'
import { kitsFolder } from './open-provider.ts'
import type { Log } from '../core/log.ts'
import { makeLoop, type Loop } from './loop.ts'
import { requireLocalFileSystem } from './settings/file-system.ts'
import { makeFolder } from './settings/make-folder.ts'
import { projectEverything } from './stages/project/project-everything.ts'
import { stages } from './stages/stages.ts'

/** The daemon, opened and not yet working. */
export interface Daemon {
  /** Where it listens. */
  readonly url: string
  readonly ledger: Ledger
  /** The door from within this program: no socket between, and no token asked for. */
  answer(request: Request): Promise<Response>
  /** Rounds until `signal` aborts. */
  runForever(signal: AbortSignal): Promise<void>
  /** Rounds until nothing is left to do by itself; what is left for people or for another day is in the answer. */
  runUntilIdle(signal: AbortSignal): Promise<WorkLeft>
  /** One heartbeat: rounds until one finds nothing to do, at most ten. */
  heartbeatOnce(): Promise<PassReport[]>
  /** What all machines that are gone have cost, in millionths of a dollar. */
  microdollarsSpent(): Promise<number>
  /** Ends every machine, with what is unproved on it: for a demonstration alone. How many were ended. */
  endMachines(): Promise<number>
  close(): Promise<void>
}

/** Who opens it, and how. */
export interface DaemonOptions {
  /** Of this microfetch. */
  version: string
  /** The command a person gave, for whoever finds the lock taken. */
  command: string
  log: Log
  /** Tests end the program here. */
  effect?: EffectPoint
  /** The system's when it is not given; tests move days forward. */
  clock?: Clock
}

/** Rounds of one heartbeat at the most: callbacks that keep coming must not make it endless. */
const heartbeatRounds = 10

/** Takes the lock, opens the ledger, listens, and wires everything. The only place that does. */
export async function openDaemon(config: Config, options: DaemonOptions): Promise<Daemon> {
  const clock = options.clock ?? (() => new Date())
  const { home } = config
  for (const folder of [home.path, home.workDir, home.attemptDir, home.logDir]) makeFolder(folder)
  requireLocalFileSystem(home.path)
  const lock = takeDaemonLock(home.lockFile, { command: options.command, since: clock().toISOString() })
  const effect = options.effect ?? noEffectPoint
  const ledger = await openLedger(home.ledgerFile, effect).catch((error: unknown) => {
    lock.release()
    throw error
  })
  const listening = await listen(config).catch(async (error: unknown) => {
    await ledger.close()
    lock.release()
    throw error
  })
  const { deps, close } = await makeDeps({
    config,
    ledger,
    clock,
    effect,
    log: options.log,
    version: options.version,
    serverUrl: listening.url,
  })
  const loop = makeLoop(stages, deps)
  const parts = doorParts(config, deps, loop, options.version)
  listening.answerWith(makeApp(parts).fetch)
  const within = makeApp({ ...parts, access: { peopleTokenHash: undefined, hosts: loopbackHosts } })
  return {
    url: listening.url,
    ledger,
    answer: async request => within.fetch(request),
    runForever: signal => loop.runForever(signal),
    runUntilIdle: async signal => {
      const left = await loop.runUntilIdle(signal)
      await projectEverything(deps)
      return left
    },
    heartbeatOnce: async () => {
      const reports = await loop.rounds(heartbeatRounds)
      await projectEverything(deps)
      return reports
    },
    microdollarsSpent: async () =>
      (await ledger.read.selectFrom('costs').select('microdollars').execute()).reduce(
        (sum, cost) => sum + Number(cost.microdollars),
        0,
      ),
    endMachines: () => endMachines(deps),
    close: async () => {
      await listening.close()
      await close()
      await ledger.close()
      lock.release()
    },
  }
}

function doorParts(config: Config, deps: Deps, loop: Loop, version: string): DoorParts {
  const folders = attemptFoldersIn(config.home.attemptDir)
  return {
    ledger: deps.ledger,
    archive: rememberQuestions(deps.source, deps.clock),
    assignmentOf: async attemptId => (await folders.read(attemptId))?.assignment,
    wake: () => loop.wake(),
    clock: deps.clock,
    newId: randomId,
    policy: config.policy,
    spend: config.spend,
    quote: deps.provider.quote?.bind(deps.provider),
    taxonDefaults: config.taxonDefaults,
    recipes: config.recipes,
    access: {
      peopleTokenHash: config.server.peopleTokenHash,
      collectorTokenHash: config.collector.name === 'remote' ? config.collector.tokenHash : undefined,
      hosts: config.server.allowRemote ? undefined : loopbackHosts,
    },
    libraryDir: config.home.libraryDir,
    kitsFolder: config.provider === 'local' ? undefined : kitsFolder(config),
    version,
    log: deps.log,
  }
}

type Answer = (request: Request) => Response | Promise<Response>

/** A socket that answers 503 until there is somebody to answer. */
async function listen({
  server,
}: Config): Promise<{ url: string; answerWith: (answer: Answer) => void; close: () => Promise<void> }> {
  let answer: Answer = () => new Response('starting', { status: 503 })
  const opened = await new Promise<ServerType>((resolve, reject) => {
    const made = serve({ fetch: request => answer(request), hostname: server.host, port: server.port }, () => resolve(made))
    made.once('error', reject)
  })
  const { port } = opened.address() as AddressInfo
  const host = server.host.includes(':') ? `[${server.host}]` : server.host
  return {
    url: `http://${host}:${port}`,
    answerWith: next => (answer = next),
    close: () =>
      new Promise(resolve => {
        opened.close(() => resolve())
        if ('closeAllConnections' in opened) opened.closeAllConnections()
      }),
  }
}
