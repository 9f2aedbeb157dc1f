import type { Clock } from '../core/clock.ts'
import { attemptFoldersIn } from './attempt-folders.ts'
import { randomId, randomSecret } from './chance.ts'
import { collectors } from './collectors/collectors.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Log } from '../core/log.ts'
import { outboundOf } from './outbound-of.ts'
import { makeProjector } from './projections/make-projector.ts'
import { agentBundle } from './providers/agent-bundle.ts'
import { providers } from './providers/providers.ts'
import { networkVariables } from './settings/network.ts'
import { sources } from './sources/sources.ts'

/** What the bag is made from. */
export interface DepsParts {
  config: Config
  ledger: Ledger
  clock: Clock
  effect: EffectPoint
  log: Log
  /** Of this microfetch. */
  version: string
  /** Where agents call; undefined while nothing listens. */
  serverUrl: string | undefined
}

/** The real things, handed to the stages. `close` breaks off what is under way outside. */
export async function makeDeps(parts: DepsParts): Promise<{ deps: Deps; close: () => Promise<void> }> {
  const { config, ledger, clock, effect, log } = parts
  const { home } = config
  const outbound = outboundOf(config, parts.version)
  const source = sources.ena({ ...config.ena, outbound, clock, warn: (text, fields) => log.warn(text, fields) })
  const deps: Deps = {
    ledger,
    source,
    provider: providers.local({
      workFolder: home.workDir,
      agentBundle,
      node: [process.execPath],
      environment: config.agentEnvironment,
      clock,
      effect,
      log,
    }),
    collector: collectors.rsync({
      libraryFolder: home.libraryDir,
      reserveBytes: config.policy.libraryReserveBytes,
      clock,
      effect,
      log,
    }),
    projector: makeProjector({ ledger, home, clock, effect, fields: () => source.fields() }),
    attemptFolders: attemptFoldersIn(home.attemptDir),
    policy: config.policy,
    taxonDefaults: config.taxonDefaults,
    recipes: config.recipes,
    boot: {
      serverUrl: parts.serverUrl,
      nextflow: config.nextflow.kind === 'found' ? config.nextflow.command : ['nextflow'],
      cpus: config.local.cpus,
      beatSeconds: config.beatSeconds,
      filesUrl: config.ena.filesUrl,
      mirrorUrls: config.ena.mirrorUrls,
      environment: networkVariables(config.network),
    },
    clock,
    newId: randomId,
    newSecret: randomSecret,
    newHostKey: () => {
      throw new Error('not wired yet')
    },
    transfersAtOnce: 1,
    effect,
    log,
  }
  return { deps, close: () => outbound.close() }
}
