import { join } from 'node:path'
import type { Verb } from '../cli-context.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf } from '../open-client.ts'
import { printRows } from '../print-table.ts'
import { programLog } from '../program-log.ts'
import { ownVersion } from '../version.ts'

/** What one stage did during a heartbeat. */
interface StageSum {
  stage: string
  planned: number
  failed: number
  failures: { action: string; why: string }[]
}

/** `microfetch heartbeat`: every stage once, for a scheduler such as cron; a daemon does the same by itself. */
export const heartbeatVerb: Verb = (program, context) => {
  program
    .command('heartbeat')
    .summary('let every stage do its work once (for cron)')
    .description(
      'Rounds of all stages until one finds nothing to do, then ends; workers go on by themselves. The same lock as "up": only one of them works on a home.',
    )
    .option('--once', 'one heartbeat (there is no other way)')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: boolean }) => {
      const { screen } = context
      const config = await configOf(context)
      const log = programLog({ screen, clock: context.clock, file: join(config.home.logDir, 'microfetch.log'), format: 'plain' })
      const { openDaemon } = await import('../../daemon/main.ts')
      const daemon = await openDaemon(config, { version: ownVersion(), command: 'microfetch heartbeat', log })
      let reports: Awaited<ReturnType<typeof daemon.heartbeatOnce>>
      try {
        reports = await daemon.heartbeatOnce()
      } finally {
        await daemon.close()
      }
      const sums = sumUp(reports)
      if (options.json === true) await screen.data(JSON.stringify({ stages: sums }, undefined, 2))
      else await printRows(screen, columns, sums)
      for (const { stage, failures } of sums) for (const { why } of failures) screen.say(screen.paint.yellow(`${stage}: ${why}`))
      if (sums.some(sum => sum.failed > 0)) context.ends(exitCodes.partial)
      screen.say(screen.paint.dim('How things stand: microfetch status      What comes next: microfetch plan'))
    })
}

const columns = [
  { name: 'stage', value: (sum: StageSum) => sum.stage },
  { name: 'planned', value: (sum: StageSum) => sum.planned, right: true },
  { name: 'failed', value: (sum: StageSum) => sum.failed, right: true },
]

function sumUp(reports: readonly { stage: string; planned: number; failures: { action: string; why: string }[] }[]): StageSum[] {
  const sums = new Map<string, StageSum>()
  for (const { stage, planned, failures } of reports) {
    const sum = sums.get(stage) ?? { stage, planned: 0, failed: 0, failures: [] }
    sums.set(stage, {
      stage,
      planned: sum.planned + planned,
      failed: sum.failed + failures.length,
      failures: [...sum.failures, ...failures],
    })
  }
  return [...sums.values()]
}
