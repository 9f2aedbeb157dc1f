import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { Log } from '../core/log.ts'
import { Problem } from '../core/problem.ts'
import { randomId } from './chance.ts'
import type { CollectorKey } from './collector-key.ts'
import type { Config } from './config.ts'
import type { BootSettings, KnownRecipe } from './deps.ts'
import { fetchThrough } from './fetch/fetch-through.ts'
import { installationId } from './ledger/installation-id.ts'
import type { Ledger } from './ledger/ledger.ts'
import { agentBundle } from './providers/agent-bundle.ts'
import { makeKit, projectOnDroplet } from './providers/boot/kit.ts'
import { userData } from './providers/boot/cloud-config.ts'
import type { Provider } from './providers/provider.ts'
import { providers } from './providers/providers.ts'
import { networkVariables } from './settings/network.ts'

/** Where machines come from, with what they are told when they begin. */
export interface OpenProvider {
  provider: Provider
  boot: BootSettings
  /** As machines find them. */
  recipes: ReadonlyMap<string, KnownRecipe>
  close(): Promise<void>
}

/** What it is opened with. */
export interface ProviderParts {
  config: Config
  ledger: Ledger
  clock: Clock
  effect: EffectPoint
  log: Log
  /** Of this microfetch. */
  version: string
  /** Where agents on this computer call; undefined while nothing listens. */
  serverUrl: string | undefined
  collectorKey: () => CollectorKey
}

/** Opens the provider that the settings name. Throws `refused` for what it cannot begin without: a token, a kit. */
export async function openProvider(parts: ProviderParts): Promise<OpenProvider> {
  await refuseStrangeWorkers(parts)
  return parts.config.provider === 'local' ? openLocal(parts) : openDigitalOcean(parts)
}

/** Another provider would say of every machine of these workers that it is gone, and they would be paid for and forgotten. */
async function refuseStrangeWorkers({ config, ledger }: ProviderParts): Promise<void> {
  const alive = await ledger.read.selectFrom('workers').select(['name', 'provider']).where('state', '<>', 'destroyed').execute()
  const strange = alive.filter(({ provider }) => provider !== config.provider)
  const [first] = strange
  if (first === undefined) return
  throw new Problem(
    'refused',
    `${strange.length} of the workers are of provider ${first.provider} (${first.name}), and provider.name is ${config.provider} now: ` +
      `set it back until they are gone, or end them with that setting and "microfetch panic"`,
  )
}

function openLocal({ config, clock, effect, log, serverUrl }: ProviderParts): OpenProvider {
  return {
    provider: providers.local({
      workFolder: config.home.workDir,
      agentBundle,
      node: [process.execPath],
      environment: config.agentEnvironment,
      clock,
      effect,
      log,
    }),
    boot: {
      ...commonBoot(config),
      serverUrl,
      nextflow: config.nextflow.kind === 'found' ? config.nextflow.command : ['nextflow'],
      cpus: config.local.cpus,
      environment: networkVariables(config.network),
    },
    recipes: config.recipes,
    close: () => Promise.resolve(),
  }
}

async function openDigitalOcean(parts: ProviderParts): Promise<OpenProvider> {
  const { config, clock, effect, log } = parts
  const { token, tokenFrom, kitUrl, nextflow, ...settings } = config.digitalOcean
  if (token === undefined) throw new Problem('refused', `there is no token for DigitalOcean: ${tokenFrom}`)
  const { publicKey } = parts.collectorKey()
  const kit = await makeKit({ agent: await agentBundle(), recipes: config.recipes }, kitsFolder(config))
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = config.network
  const route = { httpProxy, httpsProxy, noProxy, caPem, connectSeconds }
  const through = fetchThrough({ ...route, userAgent: `microfetch/${parts.version}` })
  const ending = new AbortController()
  const provider = providers.digitalocean({
    ...settings,
    signal: ending.signal,
    token,
    installationId: await installationId(parts.ledger, randomId),
    fetch: request => through.fetch(request),
    userData: (name, boot) => userData(name, boot, { kitSha256: kit.sha256, kitUrl, collectorKey: publicKey }),
    clock,
    effect,
    log,
  })
  const there = ([name, known]: [string, KnownRecipe]): [string, KnownRecipe] => [
    name,
    { ...known, project: projectOnDroplet(kit.sha256, name, known) },
  ]
  return {
    provider,
    // The proxies of this place are not those of droplets.
    boot: { ...commonBoot(config), serverUrl: config.server.publicUrl, nextflow, cpus: 1, environment: {} },
    recipes: new Map([...config.recipes].map(there)),
    close: () => {
      ending.abort(new Problem('unreachable', 'the daemon is being ended'))
      return through.close()
    },
  }
}

/** Where kits for droplets lie. */
export function kitsFolder(config: Pick<Config, 'home'>): string {
  return join(config.home.path, 'kits')
}

function commonBoot({ beatSeconds, ena }: Config): Pick<BootSettings, 'beatSeconds' | 'filesUrl' | 'mirrorUrls'> {
  return { beatSeconds, filesUrl: ena.filesUrl, mirrorUrls: ena.mirrorUrls }
}
