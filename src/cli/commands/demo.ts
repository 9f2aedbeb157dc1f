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
import type { Rehearsal } from '../../rehearsal/start-rehearsal.ts'
import type { RealCloud } from '../../rehearsal/cloud/open-real-cloud.ts'
import { demoEnvironment, demoFolder, writeDemoSettings, type DemoSections } from '../demo-home.ts'
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
    .option('--droplets', 'on droplets of a cloud that is made for it on this computer; needs root, and nothing leaves')
    .action((folder: string | undefined, options: DemoOptions) => demo(context, folder, options))
}

interface DemoOptions {
  json?: boolean
  droplets?: boolean
}

async function demo(context: CliContext, named: string | undefined, options: DemoOptions): Promise<void> {
  const folder = demoFolder(named, context.workingFolder)
  if (options.droplets !== true) return show(context, folder, options)
  const { inOwnNetwork } = await import('../demo-cloud.ts')
  const words = ['demo', folder, '--droplets', ...(options.json === true ? ['--json'] : [])]
  const code = await inOwnNetwork(words)
  if (code === undefined) return show(context, folder, options)
  context.ends(code === 0 ? exitCodes.ok : exitCodes.error)
}

async function show(context: CliContext, folder: string, { json = false, droplets = false }: DemoOptions): Promise<void> {
  const { screen } = context
  const begun = context.clock()
  screen.say(`${screen.paint.bold('microfetch demo')} in ${folder}: nothing of it leaves this computer.`)
  const stage = await openStage(context, folder, droplets)
  try {
    writeDemoSettings(folder, stage.archive, 'assemble', stage.sections)
    const recipe = chooseRecipe(context, await configAt(context, folder))
    writeDemoSettings(folder, stage.archive, recipe, stage.sections)
    const client = await rehearse(context, await configAt(context, folder), recipe, droplets)
    const took = (context.clock().getTime() - begun.getTime()) / 1000
    try {
      if (!context.interrupted.aborted) await tell(context, client, { folder, took, json })
      if (stage.cloud !== undefined) tellBill(context, stage.cloud, await client.microdollars())
    } finally {
      await client.close()
    }
  } finally {
    await stage.close()
  }
}

/** What the demonstration plays on: an archive, and a cloud where droplets are asked for. */
interface Stage {
  archive: Rehearsal
  cloud: RealCloud | undefined
  sections: DemoSections
  close(): Promise<void>
}

async function openStage(context: CliContext, folder: string, droplets: boolean): Promise<Stage> {
  const { screen } = context
  screen.say('1. An archive with invented runs begins to serve…')
  const { startRehearsal } = await import('../../rehearsal/start-rehearsal.ts')
  if (!droplets) {
    const archive = await startRehearsal({ scenario: demoScenario() })
    return { archive, cloud: undefined, sections: {}, close: () => archive.stop() }
  }
  const { openDemoCloud, cloudSections, foldersSeen } = await import('../demo-cloud.ts')
  const { nextflow, packageFolder } = await configAt(context, folder)
  if (nextflow.kind === 'missing') throw new Problem('not-found', nextflow.cure)
  const cloud = await openDemoCloud(folder, foldersSeen(packageFolder, nextflow.command))
  screen.say(`   … and a cloud of droplets, each a network namespace of this computer with its own address, sshd and disk.`)
  const archive = await startRehearsal({ scenario: demoScenario(), host: cloud.hub.publicAddress })
  return {
    archive,
    cloud,
    sections: cloudSections(cloud, folder, nextflow.command),
    close: async () => {
      await archive.stop()
      await cloud.close()
    },
  }
}

/** The cloud's own bill beside our books: the same to the cent, or the demonstration has failed. */
function tellBill(context: CliContext, cloud: RealCloud, microdollars: number): void {
  const { screen } = context
  const bill = cloud.bill()
  const left = cloud.world.living().length
  const [ours, theirs] = [Math.round(microdollars / 10_000), Number(bill.cents)]
  const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`
  screen.say(
    `\n${sayCount(bill.lines.length, 'droplet')} made, ${left} left. The cloud's bill: ${dollars(theirs)}; our books: ${dollars(ours)}.`,
  )
  if (left > 0 || ours !== theirs) context.ends(exitCodes.error)
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

type Closable = Client & { close: () => Promise<void>; microdollars: () => Promise<number> }

/** Tracks the taxa and works until nothing is left; the client speaks to the daemon until it is closed. */
async function rehearse(context: CliContext, config: Config, recipe: string, droplets: boolean): Promise<Closable> {
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
      `3. Found, judged, ${recipe === 'assemble' ? 'fetched, assembled' : 'fetched'} by Nextflow on ${droplets ? 'droplets' : 'workers of this computer'}, brought home, proved …`,
    )
    const stopWatching = watchWork(client, screen)
    await daemon.runUntilIdle(context.interrupted).finally(stopWatching)
    return { ...client, close: () => endAll(context, daemon), microdollars: () => daemon.microdollarsSpent() }
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
