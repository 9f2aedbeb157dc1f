import { existsSync } from 'node:fs'
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
import type { Ledger } from './ledger/ledger.ts'
import { openLedger } from './ledger/open-ledger.ts'
import type { Log } from '../core/log.ts'
import { openQuotes, type OpenQuotes } from './open-quotes.ts'
import { makeFolder } from './settings/make-folder.ts'
import type { Source } from './sources/source.ts'

/** The door in this process. */
export interface OpenDoor {
  fetch: (request: Request) => Promise<Response>
  /** Makes the ledger file, where an empty ledger in memory stood in for it until now. */
  makeLedger(): Promise<void>
  close(): Promise<void>
}

/** How the door is opened. */
export interface DoorOptions {
  /** Where there is no ledger yet, an empty one in memory stands in for it until `makeLedger`: one can look without making anything. */
  mayLackLedger: boolean
  clock: Clock
  /** Of this microfetch. */
  version: string
  log: Log
}

/**
 * Mounts the door over the ledger file, for verbs of the command line: no socket, no loop. Beside a running daemon it is one more
 * program that uses the file; the daemon sees what was written at its next pass. A home without a ledger is a `not-found` unless it may lack one.
 */
export async function openDoor(config: Config, options: DoorOptions): Promise<OpenDoor> {
  const { home } = config
  const isThere = existsSync(home.ledgerFile)
  if (!isThere && !options.mayLackLedger) {
    throw new Problem(
      'not-found',
      `there is no ledger in ${home.path} yet: begin with "microfetch add", or name another place with --home`,
    )
  }
  const archive = lazyArchive(config, options)
  const quotes = openQuotes(config, options)
  const questions = rememberQuestions(archive.questions, options.clock)
  let ledger = await openLedger(isThere ? home.ledgerFile : ':memory:')
  let app = appOver(ledger, { questions, quotes }, config, options)
  let standsIn = !isThere
  return {
    fetch: async request => app.fetch(request),
    makeLedger: async () => {
      if (!standsIn) return
      makeFolder(dirname(home.ledgerFile))
      const made = await openLedger(home.ledgerFile)
      await ledger.close()
      ledger = made
      app = appOver(ledger, { questions, quotes }, config, options)
      standsIn = false
    },
    close: async () => {
      await archive.close()
      await quotes.close()
      await ledger.close()
    },
  }
}

function appOver(
  ledger: Ledger,
  { questions, quotes }: { questions: ArchiveQuestions; quotes: OpenQuotes },
  config: Config,
  options: DoorOptions,
): ReturnType<typeof makeApp> {
  const folders = attemptFoldersIn(config.home.attemptDir)
  return makeApp({
    ledger,
    archive: questions,
    assignmentOf: async attemptId => (await folders.read(attemptId))?.assignment,
    wake: () => undefined,
    clock: options.clock,
    newId: randomId,
    policy: config.policy,
    spend: config.spend,
    quote: quotes.quote,
    taxonDefaults: config.taxonDefaults,
    recipes: config.recipes,
    access: { peopleTokenHash: undefined, hosts: loopbackHosts },
    libraryDir: config.home.libraryDir,
    version: options.version,
    log: options.log,
  })
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
