import { resolve } from 'node:path'
import { makeBackup } from '../../daemon/backup/backup.ts'
import type { Verb } from '../cli-context.ts'
import { configOf } from '../open-client.ts'
import { sayCount } from '../say-amounts.ts'

/** `microfetch backup`: a checked copy of ledger and settings, while everything goes on. */
export const backupVerb: Verb = (program, context) => {
  program
    .command('backup [folder]')
    .summary('copy ledger and settings while everything goes on')
    .description(
      'Makes a folder with a checked copy of the ledger and of the settings; a daemon may work meanwhile. Without a name it is made in ' +
        'the backups/ folder of the home, named by the time. The library and the folders of attempts are not in it.',
    )
    .option('--force', 'replace an older backup of that name')
    .option('--json', 'one JSON document')
    .action(async (folder: string | undefined, options: { force?: boolean; json?: boolean }) => {
      const { home } = await configOf(context)
      const target = folder === undefined ? undefined : resolve(context.workingFolder, folder)
      const made = makeBackup({ home, target, force: options.force === true, now: context.clock() })
      await context.screen.data(options.json === true ? JSON.stringify(made) : made.path)
      const held = [sayCount(made.taxa, 'taxon', 'taxa'), sayCount(made.runs, 'run'), sayCount(made.receipts, 'receipt')]
      context.screen.say(`${held.join(', ')}; the copy was checked whole. Bring it back with  microfetch restore ${made.path}`)
    })
}
