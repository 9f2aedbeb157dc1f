import { Command } from 'commander'
import type { Client } from '../api/client.ts'
import type { Clock } from '../core/clock.ts'
import { Problem } from '../core/problem.ts'
import type { CliContext, GlobalFlags } from './cli-context.ts'
import { verbGroups } from './commands/verbs.ts'
import { explainError } from './explain-error.ts'
import { exitCodes, type ExitCode } from './exit-codes.ts'
import { refuseServer } from './home-verbs.ts'
import { openClient, type OpenClient } from './open-client.ts'
import { terminalScreen, type Streams } from './terminal-screen.ts'
import type { Screen } from './screen.ts'
import { ownVersion } from './version.ts'

/** All that the command line touches; the program hands in its own, a test what it likes. */
export interface CliSurroundings {
  argv: readonly string[]
  streams: Streams
  environment: Readonly<Record<string, string | undefined>>
  workingFolder: string
  interrupted: AbortSignal
  clock: Clock
}

/** Runs one verb; the exit status. Never throws. */
export async function runCli(around: CliSurroundings): Promise<number> {
  const { argv, environment, interrupted } = around
  const noColour = argv.includes('--no-color')
  const screen = terminalScreen(around.streams, { noColour, environment }, () => performance.now())
  const session = makeSession(around, screen)
  const debug = argv.includes('--debug') || (environment['MICROFETCH_DEBUG'] ?? '') !== ''
  try {
    await session.program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!interrupted.aborted) session.context.ends(explainError(error, screen, debug))
  } finally {
    screen.progressDone()
    await session.close()
  }
  if (!interrupted.aborted || session.takesInterruption()) return session.exitCode()
  screen.say('microfetch: interrupted')
  return exitCodes.interrupted
}

interface Session {
  program: Command
  context: CliContext
  exitCode(): ExitCode
  /** Whether an interruption is how the verb is meant to end. */
  takesInterruption(): boolean
  close(): Promise<void>
}

function makeSession(around: CliSurroundings, screen: Screen): Session {
  const program = makeProgram(around, screen)
  let code: ExitCode = exitCodes.ok
  let takesInterruption = false
  let opened: Promise<OpenClient> | undefined
  const context: CliContext = {
    screen,
    clock: around.clock,
    environment: around.environment,
    workingFolder: around.workingFolder,
    interrupted: around.interrupted,
    flags: () => flagsOf(program, around),
    client: async (options): Promise<Client> => {
      opened ??= openClient(context, options?.ledger !== undefined)
      const way = await opened
      if (options?.ledger === 'made') await way.makeLedger()
      return way.client
    },
    ends: said => {
      if (said > code) code = said
    },
    takesInterruption: () => (takesInterruption = true),
    confirm: (question, yes) => confirm(screen, question, yes),
  }
  for (const [group, verbs] of Object.entries(verbGroups)) {
    program.commandsGroup(group)
    for (const verb of verbs) verb(program, context)
  }
  program.hook('preAction', (_program, command) => {
    const variable = around.environment['MICROFETCH_SERVER_URL']
    refuseServer(command.name(), { flag: program.opts<{ server?: string }>().server, variable })
  })
  return {
    program,
    context,
    exitCode: () => code,
    takesInterruption: () => takesInterruption,
    close: async () => {
      // A client that could not be opened has told why already.
      const client = await opened?.catch(() => undefined)
      await client?.close()
    },
  }
}

function makeProgram(around: CliSurroundings, screen: Screen): Command {
  const { output, messages } = around.streams
  return new Command('microfetch')
    .description(
      'Tell it which taxa you care about; every new public sequencing run of them is found, judged, fetched, processed and brought home.',
    )
    .version(ownVersion(), '-V, --version', 'print the version')
    .option('--home <folder>', 'where everything lies (else MICROFETCH_HOME, else ~/microfetch)')
    .option('--server <url>', 'speak to the daemon there instead of to the ledger file (else MICROFETCH_SERVER_URL)')
    .option('--setting <section.key=value>', 'a setting for this command alone; may be given again', collect, [])
    .option('--no-color', 'no colours (also: NO_COLOR, CLICOLOR=0)')
    .option('--debug', 'errors with their stack (also: MICROFETCH_DEBUG)')
    .helpOption('-h, --help', 'explain a command')
    .addHelpText(
      'after',
      '\nBegin with:  microfetch demo            the whole chain on this machine, without network or account\n             microfetch add 562         track a taxon (microfetch up does the work)\n             microfetch why ERR164407   what happened to a run',
    )
    .configureOutput({
      writeOut: text => void output.write(text),
      writeErr: text => void messages.write(text),
      outputError: (text, write) => write(screen.paint.red('microfetch: ') + text.replace(/^error: /, '')),
      getOutHelpWidth: () => screen.width,
    })
    .showHelpAfterError('See: microfetch help')
    .exitOverride()
}

function collect(value: string, before: string[]): string[] {
  return [...before, value]
}

function flagsOf(program: Command, around: CliSurroundings): GlobalFlags {
  const given = program.opts<{ home?: string; server?: string; setting: string[]; debug?: boolean }>()
  return {
    home: given.home,
    server: given.server ?? (around.environment['MICROFETCH_SERVER_URL'] || undefined),
    settings: given.setting,
    debug: given.debug === true || (around.environment['MICROFETCH_DEBUG'] ?? '') !== '',
  }
}

async function confirm(screen: Screen, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true
  if (!screen.canAsk)
    throw new Problem('bad-input', `${question} Nobody can be asked here: say --yes, or look first with --dry-run`)
  return /^y(es)?$/i.test(await screen.ask(`${question} [y/N] `))
}
