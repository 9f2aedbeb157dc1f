import type { Clock } from '../core/clock.ts'
import { attemptFoldersIn } from './attempt-folders.ts'
import { randomId, randomSecret } from './chance.ts'
import { collectorKey, type CollectorKey } from './collector-key.ts'
import { collectors } from './collectors/collectors.ts'
import type { Config } from './config.ts'
import type { Collector } from '../transfer/collector.ts'
import type { Deps } from './deps.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { Log } from '../core/log.ts'
import { outboundOf } from './outbound-of.ts'
import { tellerOf } from './notify/teller-of.ts'
import { makeProjector } from './projections/make-projector.ts'
import { openProvider } from './open-provider.ts'
import { makeHostKey } from './providers/boot/make-host-key.ts'
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
  const key = once(() => collectorKey(config.collector, home))
  const opened = await openProvider({ ...parts, collectorKey: key })
  const teller = tellerOf(config, parts)
  const deps: Deps = {
    ledger,
    source,
    provider: opened.provider,
    collector: collectorOf(parts, key),
    projector: makeProjector({ ledger, home, clock, effect, fields: () => source.fields() }),
    attemptFolders: attemptFoldersIn(home.attemptDir),
    policy: config.policy,
    spend: config.spend,
    taxonDefaults: config.taxonDefaults,
    recipes: opened.recipes,
    boot: opened.boot,
    clock,
    newId: randomId,
    newSecret: randomSecret,
    newHostKey: makeHostKey,
    transfersAtOnce: config.collector.atOnce,
    effect,
    log,
    teller,
  }
  const close = async () => {
    await teller.close()
    await opened.close()
    await outbound.close()
  }
  return { deps, close }
}

function collectorOf({ config, ledger, clock, effect, log }: DepsParts, key: () => CollectorKey): Collector {
  const { name, silentSeconds, jumpHost, bandwidthKbytes, quotaBytes, fileMode, group, atOnce } = config.collector
  if (name === 'remote') return collectors.remote({ ledger, clock, silentSeconds })
  const { home, policy, provider } = config
  const { identityFile } = provider === 'local' ? { identityFile: undefined } : key()
  return collectors.embedded({
    libraryFolder: home.libraryDir,
    reserveBytes: policy.libraryReserveBytes,
    ssh: identityFile === undefined ? undefined : { identityFile, jumpHost },
    bandwidthKbytes,
    transfersAtOnce: atOnce,
    quotaBytes,
    fileMode,
    group,
    clock,
    effect,
    log,
  })
}

/** Makes something when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => (made ??= { value: make() }).value
}
