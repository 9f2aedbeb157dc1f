import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/problem.ts'
import { attemptFoldersIn } from './attempt-folders.ts'
import type { Config } from './config.ts'
import { makeOutbound, type Outbound } from './fetch/outbound.ts'
import { makeApp } from './http/make-app.ts'
import { loopbackHosts } from './http/door-parts.ts'
import { rememberQuestions } from './http/remembered-questions.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { makeEnaSource } from './sources/ena/ena-source.ts'

/** The door in this process. */
export interface OpenDoor {
  fetch(request: Request): Promise<Response>
  close(): Promise<void>
}

/**
 * Mounts the door over the ledger file, for verbs of the command line: no socket, no loop. Beside a running daemon it is one more
 * program that uses the file; the daemon sees what was written at its next pass. A home without a ledger is a `not-found` unless `makesLedger`.
 */
export async function openDoor(config: Config, options: { makesLedger: boolean; clock: Clock }): Promise<OpenDoor> {
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
  let outbound: Outbound | undefined
  const archive = () => {
    outbound ??= openOutbound(config)
    return makeEnaSource({ ...config.ena, outbound, clock: options.clock, warn: () => undefined })
  }
  const folders = attemptFoldersIn(home.workDir)
  const app = makeApp({
    ledger,
    archive: rememberQuestions(
      {
        taxonOf: taxId => archive().taxonOf(taxId),
        taxonNamed: name => archive().taxonNamed(name),
        amountOf: (taxId, scope) => archive().amountOf(taxId, scope),
        countOf: wanted => archive().countOf(wanted),
      },
      options.clock,
    ),
    assignmentOf: async attemptId => (await folders.read(attemptId))?.assignment,
    wake: () => undefined,
    clock: options.clock,
    newId: () => 'x',
    policy: config.policy,
    taxonDefaults: config.taxonDefaults,
    recipes: config.recipes,
    access: { peopleTokenHash: undefined, hosts: loopbackHosts },
    libraryDir: home.libraryDir,
    version: '',
    log: { say: () => undefined, warn: () => undefined },
  })
  return {
    fetch: async request => app.fetch(request),
    close: async () => {
      await outbound?.close()
      await ledger.close()
    },
  }
}
