import { join } from 'node:path'
import { makeClient, type Client } from '../../api/client.ts'
import { listRuns } from '../../api/runs.ts'
import { showStatus } from '../../api/status.ts'
import { addTaxa } from '../../api/taxa.ts'
import { Problem } from '../../core/problem.ts'
import { readConfig, type Config } from '../../daemon/config.ts'
import type { Daemon } from '../../daemon/main.ts'
import { recipeTools } from '../../daemon/doctor/local-tools.ts'
import { demoGenus, demoOtherSpecies, demoScenario } from '../../rehearsal/scenarios/demo.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { demoEnvironment, demoFolder, writeDemoSettings } from '../demo-home.ts'
import { exitCodes } from '../exit-codes.ts'
import { ownCommand } from '../own-command.ts'
import { everyRow, printList } from '../print-list.ts'
import { programLog } from '../program-log.ts'
import { sayCount, saySeconds } from '../say-amounts.ts'
import { ownVersion } from '../version.ts'
import { watchWork } from '../watch-work.ts'
import { runColumns } from './runs.ts'

/** `microfetch demo`: the whole chain on this computer, against an archive made for it. */
export const demoVerb: Verb = (program, context) => {
  program
    .command('demo [folder]')
    .summary('see the whole chain work, without network or account')
    .description(
      'Starts an archive on this computer with invented runs of two taxa, good and bad ones, tracks the taxa and works until nothing is left: found, judged, fetched, ' +
        'assembled, brought home. The folder (a fresh one when none is named) keeps everything, to be looked at. Its archive and its workers end with it, after Ctrl-C too.',
    )
    .option('--json', 'the fate of every run, as one JSON document')
    .action((folder: string | undefined, options: { json?: boolean }) => demo(context, folder, options.json ?? false))
}

async function demo(context: CliContext, named: string | undefined, json: boolean): Promise<void> {
  const { screen } = context
  const begun = context.clock()
  const folder = demoFolder(named, context.workingFolder)
  screen.say(`${screen.paint.bold('microfetch demo')} in ${folder}: nothing of it leaves this computer.`)
  screen.say('1. An archive with invented runs begins to serve…')
  const { startRehearsal } = await import('../../rehearsal/start-rehearsal.ts')
  const archive = await startRehearsal({ scenario: demoScenario() })
  try {
    writeDemoSettings(folder, archive, 'assemble')
    const config = await configAt(context, folder)
    const recipe = chooseRecipe(context, config)
    writeDemoSettings(folder, archive, recipe)
    const client = await rehearse(context, await configAt(context, folder), recipe)
    const took = (context.clock().getTime() - begun.getTime()) / 1000
    try {
      if (!context.interrupted.aborted) await tell(context, client, { folder, took, json })
    } finally {
      await client.close()
    }
  } finally {
    await archive.stop()
  }
}

function configAt({ environment, workingFolder }: CliContext, folder: string): Promise<Config> {
  return readConfig({ home: folder, environment: demoEnvironment(environment), workingFolder })
}

/** Assembly where its tools are; else the reads alone, and that is said. */
function chooseRecipe({ screen }: CliContext, config: Config): 'assemble' | 'fetch' {
  if (config.nextflow.kind === 'missing') throw new Problem('not-found', config.nextflow.cure)
  const assemble = toolsOf(config, 'assemble')
  if (assemble.outcome === 'ok') return 'assemble'
  const fetch = toolsOf(config, 'fetch')
  if (fetch.outcome !== 'ok') throw new Problem('not-found', `the demo cannot fetch: the recipe ${fetch.says}. ${fetch.cure}`)
  screen.say(
    screen.paint.yellow(
      `No assembly here: the recipe "assemble" ${assemble.says}. So the reads are fetched and checked, and that is all.`,
    ),
  )
  screen.say(screen.paint.yellow(`To see it assemble: ${assemble.cure}`))
  return 'fetch'
}

function toolsOf(config: Config, name: 'assemble' | 'fetch'): ReturnType<typeof recipeTools> {
  const known = config.recipes.get(name)
  if (known === undefined) throw new Problem('not-found', `there is no recipe ${name}`)
  return recipeTools(known, config.path, true)
}

type Closable = Client & { close: () => Promise<void> }

/** Tracks the taxa and works until nothing is left; the client speaks to the daemon until it is closed. */
async function rehearse(context: CliContext, config: Config, recipe: string): Promise<Closable> {
  const { screen } = context
  const log = programLog({ screen, clock: context.clock, file: join(config.home.logDir, 'microfetch.log'), format: 'plain' })
  const { openDaemon } = await import('../../daemon/main.ts')
  const daemon = await openDaemon(config, { version: ownVersion(), command: 'microfetch demo', log })
  const client = makeClient(request => daemon.answer(request), {
    baseUrl: 'http://localhost',
    timeLimitMs: 60_000,
    signal: context.interrupted,
  })
  const sayEnding = () => screen.say('Ending the demo and its workers… (Ctrl-C again leaves them running)')
  context.interrupted.addEventListener('abort', sayEnding, { once: true })
  try {
    screen.say(`2. Two taxa are tracked, with all of their past: ${demoGenus} and ${demoOtherSpecies} …`)
    const asked = [String(demoGenus), String(demoOtherSpecies)]
    await client.ask(addTaxa, {
      body: { asked, scope: 'subtree', reach: { kind: 'all' }, settings: {}, force: false, dryRun: false },
    })
    screen.say(
      `3. Found, judged, ${recipe === 'assemble' ? 'fetched, assembled' : 'fetched'} by Nextflow on workers of this computer, brought home, proved …`,
    )
    const stopWatching = watchWork(client, screen)
    await daemon.runUntilIdle(context.interrupted).finally(stopWatching)
    return { ...client, close: () => endAll(context, daemon) }
  } catch (error) {
    await endAll(context, daemon)
    throw error
  }
}

/** Nothing that the demo began goes on without its archive: what is left of its workers ends before the daemon does. */
async function endAll({ screen }: CliContext, daemon: Daemon): Promise<void> {
  try {
    const ended = await daemon.endMachines()
    if (ended > 0)
      screen.say(`${sayCount(ended, 'worker')} of the demo ended, with all that ran there; what was not at home yet is lost.`)
  } finally {
    await daemon.close()
  }
}

const widthOfLogs = 160

async function tell(
  context: CliContext,
  client: Client,
  { folder, took, json }: { folder: string; took: number; json: boolean },
): Promise<void> {
  const { screen } = context
  const { paint } = screen
  screen.say(`4. Nothing is left to do after ${saySeconds(took)}. What became of every run:`)
  // A table in a log file, too: it is the demonstration's last word to a person. Programs ask for --json.
  const page = screen.isTable ? screen : { ...screen, isTable: true, width: widthOfLogs }
  await printList(page, { name: 'runs', columns: runColumns, rows: everyRow(client, listRuns, {}) }, { json })
  const { deliveries, library } = await client.ask(showStatus, {})
  screen.say(`\n${paint.green(`${sayCount(deliveries.delivered, 'run')} delivered`)}; the library is ${paint.bold(library)}`)
  const own = ownCommand(context.workingFolder)
  screen.say('\nTo try next:')
  for (const [command, what] of [
    [`why ${'ERR9200002'}`, 'why one run was not delivered'],
    ['runs --state excluded', 'which runs the filters refused, and why'],
    ['status', 'the taxa, in the words of the original'],
    ['batches', 'what was worked on together'],
    ['export status.tsv', 'every fate in one table'],
  ] as const) {
    screen.say(`  ${own} --home ${folder} ${command.padEnd(24)} ${paint.dim(what)}`)
  }
  screen.say(
    `\nThe real thing: ${paint.bold(`${own} init`)}, then ${paint.bold(`${own} add <taxon>`)} and ${paint.bold(`${own} up`)}`,
  )
  if (deliveries.delivered === 0) context.ends(exitCodes.error)
}
