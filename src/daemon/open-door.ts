import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/problem.ts'
import { attemptFoldersIn } from './attempt-folders.ts'
import type { Config } from './config.ts'
import { randomId } from './chance.ts'
import type { Outbound } from './fetch/outbound.ts'
import type { ArchiveQuestions } from './http/archive-questions.ts'
import { makeApp } from './http/make-app.ts'
import { loopbackHosts } from './http/door-parts.ts'
import { rememberQuestions } from './http/remembered-questions.ts'
import { openLedger } from './ledger/open-ledger.ts'
import type { Log } from './log.ts'
import type { Source } from './sources/source.ts'

/** The door in this process. */
export interface OpenDoor {
  fetch: (request: Request) => Promise<Response>
  close(): Promise<void>
}

/** How the door is opened. */
export interface DoorOptions {
  makesLedger: boolean
  clock: Clock
  /** Of this microfetch. */
  version: string
  log: Log
}

/**
 * Mounts the door over the ledger file, for verbs of the command line: no socket, no loop. Beside a running daemon it is one more
 * program that uses the file; the daemon sees what was written at its next pass. A home without a ledger is a `not-found` unless `makesLedger`.
 */
export async function openDoor(config: Config, options: DoorOptions): Promise<OpenDoor> {
  const { home } = config
  if (!existsSync(home.ledgerFile)) {
    if (!options.makesLedger) {
      throw new Problem(
        'not-found',
        `there is no ledger in ${home.path} yet: begin with "microfetch add", or name another place with --home`,
      )
    }
    mkdirSync(dirname(home.ledgerFile), { recursive: true })
  }
  const ledger = await openLedger(home.ledgerFile)
  const archive = lazyArchive(config, options)
  const folders = attemptFoldersIn(home.attemptDir)
  const app = makeApp({
    ledger,
    archive: rememberQuestions(archive.questions, options.clock),
    assignmentOf: async attemptId => (await folders.read(attemptId))?.assignment,
    wake: () => undefined,
    clock: options.clock,
    newId: randomId,
    policy: config.policy,
    taxonDefaults: config.taxonDefaults,
    recipes: config.recipes,
    access: { peopleTokenHash: undefined, hosts: loopbackHosts },
    libraryDir: home.libraryDir,
    version: options.version,
    log: options.log,
  })
  return {
    fetch: async request => app.fetch(request),
    close: async () => {
      await archive.close()
      await ledger.close()
    },
  }
}

/** The archive, reached when the first question comes: most verbs ask none, and then nothing of it is loaded. */
function lazyArchive(config: Config, options: DoorOptions): { questions: ArchiveQuestions; close: () => Promise<void> } {
  let outbound: Outbound | undefined
  let opened: Promise<Source> | undefined
  const open = async (): Promise<Source> => {
    const { outboundOf } = await import('./outbound-of.ts')
    const { sources } = await import('./sources/sources.ts')
    outbound = outboundOf(config, options.version)
    return sources.ena({ ...config.ena, outbound, clock: options.clock, warn: (text, fields) => options.log.warn(text, fields) })
  }
  const source = (): Promise<Source> => (opened ??= open())
  return {
    questions: {
      taxonOf: async taxId => (await source()).taxonOf(taxId),
      taxonNamed: async name => (await source()).taxonNamed(name),
      amountOf: async (taxId, scope) => (await source()).amountOf(taxId, scope),
      countOf: async wanted => (await source()).countOf(wanted),
    },
    close: async () => outbound?.close(),
  }
}
