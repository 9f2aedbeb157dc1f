import type { Verb } from '../cli-context.ts'
import { endInPanic } from '../patrol/end-in-panic.ts'

/** What was typed after `panic`. */
export interface PanicOptions {
  installation?: string
  alsoKept?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch panic`: nothing is created any more, and every machine goes, until the provider lists none. */
export const panicVerb: Verb = (program, context) => {
  program
    .command('panic')
    .summary('stop everything that spends money: create nothing, end every machine')
    .description(
      'Keeps machines from being made until a person resolves it (microfetch attention), lists every machine with what is lost on it and what it ' +
        'costs, asks, ends them all, and waits until the provider lists none. Works beside a daemon and without one; where there is no ledger, ' +
        'every droplet of microfetch in the account of the API token is meant. What was at work waits in the queue afterwards.',
    )
    .option('--installation <id>', 'where there is no ledger: only machines of this installation')
    .option('--also-kept', 'what a person keeps (tag mf-keep) too')
    .option('-n, --dry-run', 'only list what would be ended')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((options: PanicOptions) => endInPanic(context, options))
}
