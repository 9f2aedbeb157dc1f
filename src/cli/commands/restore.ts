import { resolve } from 'node:path'
import { restoreBackup, type Restored } from '../../daemon/backup/restore.ts'
import type { CliContext, Verb } from '../cli-context.ts'
import { configOf } from '../open-client.ts'
import { sayCount } from '../say-amounts.ts'

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
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action(async (backup: string, options: { withSettings?: boolean; yes?: boolean; json?: boolean }) => {
      const { home } = await configOf(context)
      const source = resolve(context.workingFolder, backup)
      if (!(await context.confirm(`Put the ledger of ${source} in the place of ${home.ledgerFile}?`, options.yes === true)))
        return
      const withSettings = options.withSettings === true
      const restored = await restoreBackup({ home, source, withSettings, now: context.clock(), command: 'microfetch restore' })
      if (options.json === true) await context.screen.data(JSON.stringify(restored))
      else await context.screen.data(home.ledgerFile)
      sayRestored(context, restored)
    })
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
