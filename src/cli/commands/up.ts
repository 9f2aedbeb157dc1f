import { join } from 'node:path'
import { makeClient, type Client } from '../../api/client.ts'
import { listAttention, type AttentionRow } from '../../api/attention.ts'
import { showStatus, type InstallationStatus } from '../../api/status.ts'
import { Problem } from '../../core/problem.ts'
import type { Daemon } from '../../daemon/main.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf } from '../open-client.ts'
import { everyRow } from '../print-list.ts'
import { programLog } from '../program-log.ts'
import { readDuration } from '../read-arguments.ts'
import { sayCount, saySeconds } from '../say-amounts.ts'
import { ownVersion } from '../version.ts'
import { watchWork } from '../watch-work.ts'

interface Options {
  untilIdle?: boolean
  maxDuration?: string
  logFormat: string
  json?: boolean
}

/** `microfetch up`: the daemon; finds, judges, fetches, processes and brings home, until it is told to end. */
export const upVerb: Verb = (program, context) => {
  program
    .command('up')
    .summary('do the work: run the daemon')
    .description(
      'Runs the daemon in this terminal: the loop of stages, and the address for people and agents. Ctrl-C ends it; workers go on, and the next start finds them.',
    )
    .option('--until-idle', 'end when nothing is left to do')
    .option('--max-duration <time>', 'end after this time at the latest, such as 90s, 15m, 2h (exit status 10)')
    .option('--log-format <format>', 'plain or json', 'plain')
    .option('--json', 'with --until-idle: what was done, as one JSON document')
    .action((options: Options) => up(context, options))
}

async function up(context: CliContext, options: Options): Promise<void> {
  const { screen } = context
  const untilIdle = options.untilIdle ?? false
  const seconds = options.maxDuration === undefined ? undefined : readDuration(options.maxDuration)
  const format = readFormat(options.logFormat)
  const config = await configOf(context)
  const log = programLog({ screen, clock: context.clock, file: join(config.home.logDir, 'microfetch.log'), format })
  const begun = context.clock()
  // Loaded here: no other verb has to wait for the whole daemon.
  const { openDaemon } = await import('../../daemon/main.ts')
  const daemon = await openDaemon(config, {
    version: ownVersion(),
    command: `microfetch up${untilIdle ? ' --until-idle' : ''}`,
    log,
  })
  const client = makeClient(request => daemon.answer(request), { baseUrl: 'http://localhost', timeLimitMs: 10_000 })
  try {
    if (format === 'plain') {
      screen.say(`microfetch ${ownVersion()} listens at ${screen.paint.bold(daemon.url)}; its home is ${config.home.path}`)
    }
    const timeIsUp = await work(context, daemon, client, { seconds, untilIdle })
    const took = (context.clock().getTime() - begun.getTime()) / 1000
    if (untilIdle && !context.interrupted.aborted) await sumUp(context, client, { took, timeIsUp, json: options.json ?? false })
    else log.say(await sayStopped(client, timeIsUp))
    if (timeIsUp) context.ends(exitCodes.timeCap)
  } finally {
    await daemon.close()
  }
}

function readFormat(text: string): 'plain' | 'json' {
  if (text !== 'plain' && text !== 'json') throw new Problem('bad-input', `--log-format ${text}: wanted is plain or json`)
  return text
}

/** Works until the end that was asked for; whether the time was up before. */
async function work(
  context: CliContext,
  daemon: Daemon,
  client: Client,
  until: { seconds: number | undefined; untilIdle: boolean },
): Promise<boolean> {
  const timeIsUp = new AbortController()
  const timer = until.seconds === undefined ? undefined : setTimeout(() => timeIsUp.abort(), until.seconds * 1000)
  const signal = AbortSignal.any([context.interrupted, timeIsUp.signal])
  const stopWatching = watchWork(client, context.screen)
  try {
    if (until.untilIdle) await daemon.runUntilIdle(signal)
    else {
      // For a daemon, Ctrl-C is how it is ended, not an accident.
      context.takesInterruption()
      await daemon.runForever(signal)
    }
  } finally {
    clearTimeout(timer)
    await stopWatching()
  }
  return timeIsUp.signal.aborted && !context.interrupted.aborted
}

/** Why it ended, and what goes on without it. */
async function sayStopped(client: Client, timeIsUp: boolean): Promise<string> {
  const why = timeIsUp ? 'the time is over' : 'stopped'
  // What cannot be told must not make a failure of an end that was meant.
  const status = await client.ask(showStatus, {}).catch(() => undefined)
  if (status === undefined) return `${why}; workers go on by themselves`
  const { alive } = status.workers
  if (alive === 0) return `${why}; no worker is alive`
  return `${why}; ${sayCount(alive, 'worker')} ${alive === 1 ? 'goes on by itself' : 'go on by themselves'}`
}

/** What says that a cap of the operator stands in the way. */
const capCauses = new Set(['library-full', 'month-cap', 'taxon-cap', 'soft-cap'])

async function sumUp(
  context: CliContext,
  client: Client,
  how: { took: number; timeIsUp: boolean; json: boolean },
): Promise<void> {
  const status = await client.ask(showStatus, {})
  const needs: AttentionRow[] = []
  for await (const need of everyRow(client, listAttention, {})) needs.push(need)
  if (how.json)
    await context.screen.data(
      JSON.stringify({ seconds: Math.round(how.took), timeIsUp: how.timeIsUp, status, attention: needs }, undefined, 2),
    )
  sayEnd(context, status, how)
  if (status.deliveries.failed > 0 || needs.length > 0) context.ends(exitCodes.partial)
  if (needs.some(need => capCauses.has(need.cause))) context.ends(exitCodes.capReached)
}

function sayEnd(
  { screen }: CliContext,
  status: InstallationStatus,
  { took, timeIsUp }: { took: number; timeIsUp: boolean },
): void {
  const { deliveries } = status
  const counts = [
    `${sayCount(deliveries.delivered, 'run')} delivered`,
    `${deliveries.failed} failed`,
    `${deliveries.wanted + deliveries.batched} still owed`,
  ]
  screen.say(
    `${timeIsUp ? 'The time is up' : 'Nothing is left to do'} after ${saySeconds(took)}: ${counts.join(', ')}. The library is ${status.library}`,
  )
  if (status.taxa.tracked === 0) screen.say(screen.paint.dim('No taxon is tracked. Add one: microfetch add <tax id or name>'))
  if (deliveries.failed > 0)
    screen.say(screen.paint.dim('What failed and why: microfetch runs --state failed; microfetch why <run>'))
  if (status.attention > 0)
    screen.say(screen.paint.yellow(`${sayCount(status.attention, 'matter')} for a person: microfetch attention`))
}
