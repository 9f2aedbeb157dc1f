import { defaultPolicy, type Policy } from '../../core/policy.ts'
import { cloudKeys } from './cloud-keys.ts'
import { key, type Setting } from './setting.ts'
import { above0, commandLine, growing, listOf, oneOf, text, webAddress, whole, yesOrNo } from './setting-kind.ts'

const folder = text('a folder', value => value !== '')
const seconds = above0(10 * 366 * 86_400)
const anySeconds = whole(0, 10 * 366 * 86_400)
const days = whole(0, 3660)

/** The operator's limits, one key for each of `Policy`: the compiler refuses a table that lacks one. */
const policyKeys = {
  max_workers: key(
    whole(1, 10_000),
    defaultPolicy.maxWorkers,
    'Workers alive at once; unless set, no more than have memory of the smallest size.',
  ),
  max_held: key(
    whole(1, 10_000),
    defaultPolicy.maxHeld,
    'Workers with finished results not yet at home, beyond which none is created.',
  ),
  batch_runs: key(whole(1, 100_000), defaultPolicy.batchRuns, 'The most runs in one batch.'),
  batch_bytes: key(whole(1), defaultPolicy.batchBytes, 'The most bytes of read files in one batch; a larger run goes alone.'),
  boot_seconds: key(
    seconds,
    defaultPolicy.bootSeconds,
    'A machine must be listed or call within this time after it was asked for.',
  ),
  lease_seconds: key(seconds, defaultPolicy.leaseSeconds, 'Silence after which a worker is given up.'),
  progress_seconds: key(seconds, defaultPolicy.progressSeconds, 'Beats without progress after which a worker is given up.'),
  deadline_seconds: key(
    seconds,
    defaultPolicy.deadlineSeconds,
    'The agent ends its pipeline this long after the start of the attempt.',
  ),
  list_lag_seconds: key(
    anySeconds,
    defaultPolicy.listLagSeconds,
    "How long a provider's list may lag behind what it has created.",
  ),
  grace_seconds: key(
    anySeconds,
    defaultPolicy.graceSeconds,
    'Nothing is given up or destroyed this long after an absence of the daemon.',
  ),
  max_attempts: key(whole(1, 100), defaultPolicy.maxAttempts, 'Tries of one batch before it is given up.'),
  retry_seconds: key(seconds, defaultPolicy.retrySeconds, 'The first wait before another try of a batch; it doubles each time.'),
  destroy_retry_seconds: key(seconds, defaultPolicy.destroyRetrySeconds, 'Between two requests to delete the same machine.'),
  max_strikes: key(whole(1, 100), defaultPolicy.maxStrikes, 'Sunk attempts before a run is failed; the last try is alone.'),
  memory_sizes_gb: key(
    listOf(whole(1, 100_000), growing),
    defaultPolicy.memorySizesGb,
    'Memory sizes a worker may have, in GB; more than a local machine has is left out. Out of memory raises a run by one.',
  ),
  library_reserve_bytes: key(
    whole(0),
    defaultPolicy.libraryReserveBytes,
    'Free bytes the library keeps; below, nothing is collected and nothing created.',
  ),
  max_collect_failures: key(
    whole(1, 1000),
    defaultPolicy.maxCollectFailures,
    'Failed transfers of one run before a person is asked.',
  ),
  check_seconds: key(seconds, defaultPolicy.checkSeconds, 'Time between two checks of a taxon.'),
  overlap_days: key(
    days,
    defaultPolicy.overlapDays,
    'How far an incremental check reaches back before the one before it, in days.',
  ),
  full_check_days: key(whole(1, 3660), defaultPolicy.fullCheckDays, 'Time between two full reconciles of a taxon, in days.'),
  waiting_days: key(
    listOf(whole(1, 3660), growing),
    defaultPolicy.waitingDays,
    'When a run without FASTQ is looked at again, in days after it was first seen.',
  ),
  max_check_failures: key(
    whole(1, 1000),
    defaultPolicy.maxCheckFailures,
    'Failed checks of a taxon in a row before a person is asked.',
  ),
  files_seconds: key(anySeconds, defaultPolicy.filesSeconds, "A taxon's CSV files are rewritten at most once in this time."),
  period_seconds: key(above0(86_400), defaultPolicy.periodSeconds, 'The period of the loop of stages.'),
} satisfies { [Name in keyof PolicyOfSection as SnakeCase<Name>]: Setting<PolicyOfSection[Name]> }

/** What a policy holds, but for what stands in another section. */
type PolicyOfSection = Omit<Policy, 'collectorSilentSeconds'>

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : ''

/** Every key of the settings but `[taxon]` and `[recipes.<name>]`: section → key. The one table; file, environment, flags and reference follow it. */
export const settingKeys = {
  home: {
    data_dir: key(folder, '.', 'Where the folders ENA_metadata/ and ENA_accession_numbers/ lie.'),
    log_dir: key(folder, 'logs', "Where each taxon's log lies, and the daemon's own."),
    work_dir: key(folder, 'workers', 'Where local workers have their folders; the pipeline needs space there.'),
    library_dir: key(folder, 'library', 'Where results come home; files in transit lie in it too.'),
  },
  ena: {
    portal_url: key(webAddress('needed'), 'https://www.ebi.ac.uk/ena/portal/api', "ENA's Portal API."),
    taxonomy_url: key(webAddress('needed'), 'https://www.ebi.ac.uk/ena/taxonomy/rest', "ENA's taxonomy service."),
    files_url: key(webAddress('optional'), '', "Stands for the host in ENA's file addresses; empty: that host itself, by HTTPS."),
    mirror_urls: key(
      listOf(webAddress('needed')),
      [],
      'Further hosts with the same paths, tried in this order when the first fails.',
    ),
    requests_per_second: key(above0(50), 5, 'Pace limit of all requests to ENA; ENA refuses more than 50.'),
    requests_at_once: key(
      whole(1, 10),
      4,
      'The most requests to one host of ENA at once; ENA asks for no more than 10 searches.',
    ),
    idle_seconds: key(whole(1, 3600), 120, 'Silence of ENA after which a request is given up.'),
  },
  network: {
    http_proxy: key(
      text('an address, or "" for none', isProxy),
      '',
      'Proxy for http:// addresses; empty: the environment variable http_proxy.',
    ),
    https_proxy: key(
      text('an address, or "" for none', isProxy),
      '',
      'Proxy for https:// addresses; empty: the variable https_proxy.',
    ),
    no_proxy: key(text('host names between commas'), '', 'Hosts that are asked directly; empty: the variable no_proxy.'),
    ca_file: key(
      text('a file, or "" for none'),
      '',
      'An own CA bundle (PEM), trusted besides the usual ones (by the tools of pipelines: instead of them); empty: NODE_EXTRA_CA_CERTS.',
    ),
    connect_seconds: key(whole(1, 600), 15, 'Time to make a connection.'),
  },
  server: {
    listen: key(
      text('a host and a port such as 127.0.0.1:8577', isHostAndPort),
      '127.0.0.1:8577',
      'Where the daemon listens, for people and for agents; port 0 takes any free one.',
    ),
    public_url: key(
      webAddress('optional'),
      '',
      'How droplets reach the daemon, by a proxy with TLS before it; empty: they do not, and all is read over ssh.',
    ),
    allow_remote: key(yesOrNo, false, 'Allows a `listen` that other machines can reach; needs `token_hash`.'),
    token_hash: key(
      text('64 hexadecimal digits, or "" for none', value => /^([0-9a-f]{64})?$/i.test(value)),
      '',
      'SHA-256 of the token that people must give (MICROFETCH_SERVER_TOKEN); empty: none is asked for.',
    ),
  },
  provider: {
    name: key(
      oneOf('local', 'digitalocean'),
      'local',
      'Where machines come from: `local` makes workers on this machine, `digitalocean` makes droplets.',
    ),
  },
  local: {
    cpus: key(whole(0, 10_000), 0, "Processors of one local worker; 0: this machine's, shared among policy.max_workers."),
    memory_gb: key(
      whole(0, 100_000),
      0,
      'Memory for local workers, in GB; 0: all that this machine has. Larger sizes of workers are left out.',
    ),
  },
  workers: {
    beat_seconds: key(above0(3600), 20, 'How often an agent tells how far it is.'),
  },
  ...cloudKeys,
  policy: policyKeys,
  nextflow: {
    command: key(
      commandLine,
      [],
      'The command that starts Nextflow; empty: `nextflow` on PATH, else the one that setup.sh brought.',
    ),
  },
} as const satisfies Record<string, Record<string, Setting<unknown>>>

function isHostAndPort(value: string): boolean {
  const port = Number(/^(?:\[[0-9a-fA-F:]+\]|[^\s:/[\]]+):(\d{1,5})$/.exec(value)?.[1] ?? -1)
  return port >= 0 && port <= 65_535
}

function isProxy(value: string): boolean {
  return value === '' || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
}

/** The keys of all sections with their values, as they are in force. */
export type SettingValues = {
  [Section in keyof typeof settingKeys]: {
    -readonly [Key in keyof (typeof settingKeys)[Section]]: (typeof settingKeys)[Section][Key] extends Setting<infer Value>
      ? Value
      : never
  }
}
