import { sayDollars } from '../../core/say-dollars.ts'
import { openHome } from '../../daemon/open-home.ts'
import { sweepOnce, type SweptOnce, type SweptRow } from '../../daemon/patrol/sweep-once.ts'
import type { CliContext } from '../cli-context.ts'
import type { SweepOptions } from '../commands/sweep.ts'
import { exitCodes } from '../exit-codes.ts'
import { configOf } from '../open-client.ts'
import { column } from '../print-list.ts'
import { printRows, type Column } from '../print-table.ts'
import { sayCount, saySeconds } from '../say-amounts.ts'
import { ownVersion } from '../version.ts'

/** One pass of the patrol over the home, with a table of what it saw. While a daemon works there it only looks: that one acts. */
export async function sweepHome(context: CliContext, options: SweepOptions): Promise<void> {
  const { screen } = context
  const config = await configOf(context)
  const log = { say: () => undefined, warn: (text: string) => screen.say(`microfetch: ${text}`) }
  const home = await openHome(config, { version: ownVersion(), command: 'microfetch sweep', clock: context.clock, log })
  try {
    const isDry = options.dryRun === true || home.heldBy !== undefined
    const swept = await sweepOnce(home.deps, { isDry })
    if (options.json === true) await screen.data(JSON.stringify(toDocument(swept, home.deps.provider.name), undefined, 2))
    else await printRows(screen, columns, swept.rows)
    tell(context, swept, home.heldBy !== undefined)
  } finally {
    await home.close()
  }
}

function toDocument({ rows, unaccounted, applied, failures }: SweptOnce, provider: string): object {
  return { provider, applied, unaccounted, machines: rows, failures }
}

function tell(context: CliContext, swept: SweptOnce, isHeld: boolean): void {
  const { screen } = context
  const standing = `${sayCount(swept.unaccounted, 'unaccounted machine')}, ${swept.rows.filter(row => row.machineId !== null).length} listed`
  screen.say(swept.unaccounted > 0 ? screen.paint.yellow(standing) : screen.paint.green(standing))
  if (isHeld) screen.say(screen.paint.dim('A daemon works here: it does this on every pass, and now it was only looked.'))
  else if (!swept.applied) screen.say(screen.paint.dim('Nothing was done: it was only looked.'))
  for (const { why } of swept.failures) screen.say(screen.paint.red(why))
  if (swept.unaccounted > 0 || swept.failures.length > 0) context.ends(exitCodes.partial)
}

const columns: Column<SweptRow>[] = [
  column<SweptRow>('machineId', { title: 'machine' }),
  column<SweptRow>('name', { whole: true }),
  column<SweptRow>('attempt', { hidden: true }),
  column<SweptRow>('status', { spare: 2 }),
  column<SweptRow>('worker', { hidden: true }),
  column<SweptRow>('workerState', { title: 'worker' }),
  column<SweptRow>('unproved', { right: true, spare: 3 }),
  column<SweptRow>('ageSeconds', {
    title: 'age',
    right: true,
    show: row => (row.ageSeconds === null ? '' : saySeconds(row.ageSeconds)),
  }),
  column<SweptRow>('microdollars', { title: 'cost so far', right: true, show: row => sayDollars(row.microdollars) }),
  column<SweptRow>('keep', { hidden: true }),
  column<SweptRow>('verdict', { whole: true }),
]
