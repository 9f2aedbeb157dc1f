import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, homedir, totalmem } from 'node:os'
import type { Spend } from '../core/budget.ts'
import type { Policy } from '../core/policy.ts'
import { describeError, Problem } from '../core/problem.ts'
import type { TaxonSettings } from '../core/taxon.ts'
import type { KnownRecipe } from './deps.ts'
import { collectorOf, type CollectorSettings } from './settings/collector-settings.ts'
import { contradictions } from './settings/contradictions.ts'
import { digitalOceanOf, type DigitalOceanSettings } from './settings/digitalocean-settings.ts'
import { absolutePath, homeAt, homePath, settingsFileOf, type Home, type Surroundings } from './settings/home.ts'
import { localLimits, type LocalLimits } from './settings/local-limits.ts'
import type { Network } from './settings/network.ts'
import { findNextflow, type NextflowFound } from './settings/nextflow-command.ts'
import { notifyOf, type NotifySettings } from './settings/notify-settings.ts'
import { packageFolder } from './settings/package-folder.ts'
import { policyOf, type WorkerLimits } from './settings/policy-of.ts'
import { readSettings, type SettingInForce } from './settings/read-settings.ts'
import { recipesOf } from './settings/recipes.ts'
import { serverOf, type ServerSettings } from './settings/server-settings.ts'
import type { SettingValues } from './settings/setting-keys.ts'
import { spendOf } from './settings/spend-settings.ts'
import { taxonDefaultsOf } from './settings/taxon-keys.ts'
import { valuesOf } from './settings/values-of.ts'

/** Everything that the settings decide, read once, checked, with types. All paths are absolute. */
export interface Config {
  home: Home
  ena: EnaSettings
  network: Network
  server: ServerSettings
  /** Where machines come from. */
  provider: 'local' | 'digitalocean'
  digitalOcean: DigitalOceanSettings
  collector: CollectorSettings
  notify: NotifySettings
  local: LocalLimits
  /** How often agents beat, in seconds. */
  beatSeconds: number
  policy: Policy
  /** What machines may cost. */
  spend: Spend
  taxonDefaults: TaxonSettings
  recipes: ReadonlyMap<string, KnownRecipe>
  nextflow: NextflowFound
  /** The checkout or the installed package, with `pipelines/` and `tooling/` in it. */
  packageFolder: string
  /** PATH, for finding the tools of pipelines. */
  path: string
  /** All that agents on this machine see of the environment; never a secret. */
  agentEnvironment: Record<string, string>
  /** Every setting with the place that decided it, for `microfetch config`. */
  settings: ReadonlyMap<string, SettingInForce>
}

/** The archive's addresses, and how hard it may be asked. */
export interface EnaSettings {
  portalUrl: string
  taxonomyUrl: string
  /** Stands for the host of the archive's file addresses; undefined: that host itself, by HTTPS. */
  filesUrl: string | undefined
  mirrorUrls: string[]
  requestsPerSecond: number
  requestsAtOnce: number
  idleSeconds: number
}

/** Who asks for the settings. What is left out is taken from this program's own surroundings. */
export interface ConfigRequest {
  /** `--home`. */
  home?: string | undefined
  /** `SECTION.KEY=VALUE`, as given to `--setting`; they go before the environment and the file. */
  settings?: readonly string[] | undefined
  environment?: Readonly<Record<string, string | undefined>>
  workingFolder?: string
  userFolder?: string
}

/** Reads flags, environment and file once. Everything wrong in them is one Problem (`bad-input`), a line for each, with its place. */
export async function readConfig(request: ConfigRequest = {}): Promise<Config> {
  const around = surroundingsOf(request)
  const home = homePath(around)
  const settings = settingsAt(home, around, request.settings ?? [])
  const values = valuesOf(settings)
  const folder = packageFolder()
  const places = { ...around, packageFolder: folder, homePath: home }
  const faults = contradictions(values).map(({ key, why }) => `${placeOf(settings, key)}: ${why}`)
  const recipes = await recipesOf(settings, places, faults)
  const taxonDefaults = taxonDefaultsOf(settings)
  if (!recipes.has(taxonDefaults.recipe) && faults.length === 0) {
    faults.push(
      `${placeOf(settings, 'taxon.recipe')}: there is no recipe ${taxonDefaults.recipe}; known are ${[...recipes.keys()].join(', ')}`,
    )
  }
  const network = networkOf(values, key => pathOf(settings, key, places), faults, settings)
  if (faults.length > 0) throw new Problem('bad-input', faults.join('\n'))
  const maxWorkersIsSet = settings.get('policy.max_workers')?.from !== 'default'
  const local = localLimits(values, maxWorkersIsSet, { processors: availableParallelism(), memoryBytes: totalmem() })
  const path = around.environment['PATH'] ?? ''
  return {
    home: homeAt(
      home,
      movedDirs(key => pathOf(settings, key, places)),
    ),
    ena: enaOf(values.ena),
    network,
    server: serverOf(values.server),
    provider: values.provider.name,
    digitalOcean: digitalOceanOf(values.digitalocean, pathOf(settings, 'digitalocean.token_file', places), around.environment),
    collector: collectorOf(values.collector, pathOf(settings, 'collector.identity_file', places)),
    notify: notifyOf(values.notify),
    local,
    beatSeconds: values.workers.beat_seconds,
    policy: policyOf(values.policy, values.provider.name === 'local' ? local : asSet(values.policy), values.collector),
    spend: spendOf(values.spend),
    taxonDefaults,
    recipes,
    nextflow: findNextflow(values.nextflow.command, path, folder),
    packageFolder: folder,
    path,
    agentEnvironment: agentEnvironmentOf(around.environment),
    settings,
  }
}

/** The folder of the installation alone, for verbs that work before there are settings, or in spite of wrong ones. */
export function readHomePath(request: ConfigRequest = {}): string {
  return homePath(surroundingsOf(request))
}

function surroundingsOf(request: ConfigRequest): Surroundings {
  return {
    homeFlag: request.home,
    environment: request.environment ?? process.env,
    workingFolder: request.workingFolder ?? process.cwd(),
    userFolder: request.userFolder ?? homedir(),
  }
}

function settingsAt(home: string, around: Surroundings, flags: readonly string[]): Map<string, SettingInForce> {
  const path = settingsFileOf(home)
  const file = existsSync(path) ? { path, text: readText(path) } : undefined
  return readSettings({ flags, environment: around.environment, file })
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Problem('refused', `${path} cannot be read`, { cause: error })
  }
}

// What Nextflow, Java and the tools of a pipeline need; everything else stays with us.
const agentVariables = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'JAVA_HOME',
  'NXF_HOME',
  'NXF_JAVA_HOME',
  'APPTAINER_CACHEDIR',
  'DOCKER_HOST',
]

function agentEnvironmentOf(environment: Surroundings['environment']): Record<string, string> {
  return Object.fromEntries(agentVariables.flatMap(name => (environment[name] === undefined ? [] : [[name, environment[name]]])))
}

/** Elsewhere machines have what is asked for. */
function asSet(set: SettingValues['policy']): WorkerLimits {
  return { maxWorkers: set.max_workers, memorySizesGb: set.memory_sizes_gb }
}

type Settings = ReadonlyMap<string, SettingInForce>
type Places = Surroundings & { homePath: string }

function placeOf(settings: Settings, key: string): string {
  return settings.get(key)?.place || key
}

/** A path begins where it was written: in the file at the home, in a flag or a variable at the working folder. */
function pathOf(settings: Settings, key: string, places: Places): string {
  const setting = settings.get(key)
  const isHome = setting === undefined || setting.from === 'file' || setting.from === 'default'
  const value = typeof setting?.value === 'string' ? setting.value : ''
  return absolutePath(value, isHome ? places.homePath : places.workingFolder, places.userFolder)
}

function movedDirs(at: (key: string) => string) {
  return {
    dataDir: at('home.data_dir'),
    logDir: at('home.log_dir'),
    workDir: at('home.work_dir'),
    libraryDir: at('home.library_dir'),
  }
}

function networkOf({ network }: SettingValues, at: (key: string) => string, faults: string[], settings: Settings): Network {
  const caFile = network.ca_file === '' ? undefined : at('network.ca_file')
  let caPem: string | undefined
  try {
    caPem = caFile === undefined ? undefined : readFileSync(caFile, 'utf8')
  } catch (error) {
    faults.push(`${placeOf(settings, 'network.ca_file')}: the CA bundle cannot be read: ${describeError(error)}`)
  }
  return {
    httpProxy: network.http_proxy || undefined,
    httpsProxy: network.https_proxy || undefined,
    noProxy: network.no_proxy || undefined,
    caFile,
    caPem,
    connectSeconds: network.connect_seconds,
  }
}

function enaOf(ena: SettingValues['ena']): EnaSettings {
  return {
    portalUrl: ena.portal_url,
    taxonomyUrl: ena.taxonomy_url,
    filesUrl: ena.files_url || undefined,
    mirrorUrls: ena.mirror_urls,
    requestsPerSecond: ena.requests_per_second,
    requestsAtOnce: ena.requests_at_once,
    idleSeconds: ena.idle_seconds,
  }
}
