import { resolve } from 'node:path'
import { Problem } from '../../core/problem.ts'
import { lookAtBackup, type BackupSeen } from '../../daemon/backup/look-at-backup.ts'
import { restoreBackup, type Restored } from '../../daemon/backup/restore.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { configOf } from '../open-client.ts'
import { printRows, type Column } from '../print-table.ts'
import { sayCount } from '../say-amounts.ts'

interface Options {
  withSettings?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch restore`: puts the ledger of a backup in the place of the present one. */
export const restoreVerb: Verb = (program, context) => {
  program
    .command('restore <backup>')
    .summary('put the ledger of a backup in the place of the present one')
    .description(
      'Takes a folder made by microfetch backup (or a ledger file). Refused while a daemon works here. The present ledger is laid aside, ' +
        'never deleted. Afterwards the daemon first adopts the machines and results that the older ledger does not know, and until then ' +
        'batches and creates nothing.',
    )
    .option('--with-settings', "take the backup's settings file too; the present one is laid aside")
    .option('-n, --dry-run', 'only look at the backup: when it was made, and what it holds')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((backup: string, options: Options) => restore(context, backup, options))
}

async function restore(context: CliContext, backup: string, options: Options): Promise<void> {
  const { screen } = context
  const { home } = await configOf(context)
  const source = resolve(context.workingFolder, backup)
  const seen = lookAtBackup(source)
  if (options.dryRun === true) {
    if (options.json === true) return screen.data(JSON.stringify({ ...seen, dryRun: true }))
    await printRows(screen, seenColumns, [seen])
    return screen.say('Nothing was restored: this was a dry run.')
  }
  const question = `Put the ledger of ${source} (${describe(seen)}) in the place of ${home.ledgerFile}?`
  if (!(await context.confirm(question, options.yes ?? false))) throw new Problem('not-allowed', 'nothing was restored')
  const withSettings = options.withSettings ?? false
  const restored = await restoreBackup({ home, source, withSettings, now: context.clock(), command: 'microfetch restore' })
  await screen.data(options.json === true ? JSON.stringify(restored) : home.ledgerFile)
  sayRestored(context, restored)
}

const seenColumns: readonly Column<BackupSeen>[] = [
  { name: 'made_at', value: seen => seen.madeAt, whole: true },
  { name: 'taxa', value: seen => seen.taxa, right: true },
  { name: 'runs', value: seen => seen.runs, right: true },
  { name: 'receipts', value: seen => seen.receipts, right: true },
  { name: 'schema', value: seen => seen.schema, right: true },
  { name: 'epoch', value: seen => seen.epoch, right: true },
  { name: 'ledger_file', value: seen => seen.ledgerFile },
]

function describe({ taxa, runs, madeAt }: BackupSeen): string {
  return `${sayCount(taxa, 'taxon', 'taxa')}, ${sayCount(runs, 'run')}, made on ${madeAt.slice(0, 19)}Z`
}

function sayRestored({ screen }: CliContext, restored: Restored): void {
  const held = [sayCount(restored.taxa, 'taxon', 'taxa'), sayCount(restored.runs, 'run'), sayCount(restored.receipts, 'receipt')]
  screen.say(`Restored: ${held.join(', ')}. This is epoch ${restored.epoch}.`)
  if (restored.aside !== undefined) screen.say(`The ledger that was here lies in ${restored.aside}`)
  if (restored.settingsAside !== undefined) screen.say(`The settings that were here lie in ${restored.settingsAside}`)
  if (restored.settings === 'kept')
    screen.say("The backup's settings differ from the present ones, which were kept; --with-settings takes them.")
  screen.say('Next: microfetch up. It adopts machines and receipts first, and only then batches and creates.')
}
