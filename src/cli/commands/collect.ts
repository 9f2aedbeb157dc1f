import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Problem } from '../../core/problem.ts'
import type { CollectorOptions, OpenCollector } from '../../collector/main.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf } from '../open-client.ts'
import { ownCommand } from '../own-command.ts'
import { readDuration } from '../read-arguments.ts'
import { screenLog } from '../screen-log.ts'
import { ownVersion } from '../version.ts'

interface Options {
  library?: string
  identity?: string
  name?: string
  tokenFile?: string
  localMachines?: boolean
  every: string
  once?: boolean
  json?: boolean
}

/** `microfetch collect`: brings results home on a host that nobody can push into. It asks a daemon; it needs no ledger and no home. */
export const collectVerb: Verb = (program, context) => {
  program
    .command('collect')
    .summary('on the storage host: bring results home')
    .description(
      'Asks the daemon named with --server what is ready, pulls it by rsync over ssh, proves it against its manifest, stores it and reports it. Nothing connects to this host. The token stands in MICROFETCH_COLLECTOR_TOKEN or in a file; section [collector] of the settings holds here too.',
    )
    .option('--library <folder>', 'where results are stored (else setting home.library_dir)')
    .option(
      '--identity <file>',
      "the private ssh key (else setting collector.identity_file, else one made in the library's .collector)",
    )
    .option('--name <name>', "what this collector is called (else the host's name and the library's id)")
    .option(
      '--token-file <file>',
      'a file with the token (else MICROFETCH_COLLECTOR_TOKEN_FILE, else MICROFETCH_COLLECTOR_TOKEN)',
    )
    .option('--local-machines', 'machines of provider "local" on this computer are collected from, too')
    .option('--once', 'end when nothing is left to bring home (for cron)')
    .option('--every <time>', 'time between two visits to the daemon, such as 30s or 5m', '60s')
    .option('--json', 'what happens, as JSON lines on stdout')
    .action((options: Options) => collect(context, options))
}

async function collect(context: CliContext, options: Options): Promise<void> {
  const { screen, interrupted } = context
  const log = screenLog({ screen, clock: context.clock, json: options.json ?? false })
  const { settings, close } = await settingsOf(context, options)
  const { openCollector } = await import('../../collector/main.ts')
  try {
    const collector = await openCollector({ ...settings, log })
    try {
      sayBegun(context, collector, settings)
      if (options.once === true) await collector.once(interrupted)
      else {
        context.takesInterruption()
        await collector.stay(interrupted)
      }
      log.say('done', { ...collector.sums })
      if (options.once === true) endOnce(context, collector)
    } finally {
      collector.close()
    }
  } finally {
    await log.flushed()
    await close()
  }
}

function sayBegun({ screen }: CliContext, { name, keys }: OpenCollector, { libraryFolder, serverUrl }: Told): void {
  screen.say(`microfetch ${ownVersion()}: collector ${name} asks ${serverUrl}; its library is ${libraryFolder}`)
  if (!keys.isNew) return
  screen.say('An ssh key was made for it. Machines let it in once this stands in microfetch.toml of the daemon, in [collector]:')
  screen.say(`public_key = "${keys.publicKey}"`)
}

function endOnce(context: CliContext, { sums }: OpenCollector): void {
  if (sums.failed > 0) context.ends(exitCodes.partial)
  if (sums.noSpace > 0) context.ends(exitCodes.capReached)
}

type Told = Omit<CollectorOptions, 'log'>

async function settingsOf(context: CliContext, options: Options): Promise<{ settings: Told; close: () => Promise<void> }> {
  const { server } = context.flags()
  if (server === undefined || !URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw new Problem('bad-input', 'name the daemon: --server https://…, or MICROFETCH_SERVER_URL')
  }
  const at = (path: string): string => resolve(context.workingFolder, path)
  const token = await tokenOf(context, options, at)
  const config = await configOf(context)
  const { openRemoteDoor } = await import('../../daemon/remote-door.ts')
  const door = openRemoteDoor(config, ownVersion())
  const { identityFile, jumpHost, atOnce, bandwidthKbytes, window, quotaBytes, fileMode, group } = config.collector
  const settings: Told = {
    serverUrl: server,
    token,
    fetch: door.fetch,
    libraryFolder: options.library === undefined ? config.home.libraryDir : at(options.library),
    name: options.name,
    identityFile: options.identity === undefined ? identityFile : at(options.identity),
    ...{ jumpHost, atOnce, bandwidthKbytes, window, quotaBytes, fileMode, group },
    localMachines: options.localMachines ?? false,
    reserveBytes: config.policy.libraryReserveBytes,
    everySeconds: readDuration(options.every),
    version: ownVersion(),
    command: `${ownCommand(context.workingFolder)} collect`,
    clock: context.clock,
  }
  return { settings, close: () => door.close() }
}

async function tokenOf({ environment }: CliContext, { tokenFile }: Options, at: (path: string) => string): Promise<string> {
  const file = tokenFile ?? environment['MICROFETCH_COLLECTOR_TOKEN_FILE'] ?? ''
  const token = file === '' ? (environment['MICROFETCH_COLLECTOR_TOKEN'] ?? '') : await readToken(at(file))
  if (/^[\x21-\x7e]{16,200}$/.test(token)) return token
  if (token === '') {
    throw new Problem('refused', 'the collector has no token: set MICROFETCH_COLLECTOR_TOKEN, or name a file with --token-file')
  }
  throw new Problem('bad-input', "the collector's token is one word of 16 to 200 plain characters")
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Problem('refused', `the token's file ${file} cannot be read`, { cause: error })
  })
  return text.trim()
}
