import { Problem } from '../../core/problem.ts'
import type { Verb } from '../cli-context.ts'
import { sweepAccount } from '../patrol/sweep-account.ts'
import { sweepHome } from '../patrol/sweep-home.ts'

/** What was typed after `sweep`. */
export interface SweepOptions {
  providerOnly?: boolean
  installation?: string
  destroy?: boolean
  all?: boolean
  dryRun?: boolean
  yes?: boolean
  json?: boolean
}

/** `microfetch sweep`: the provider's machines against the ledger; or, with nothing but the provider's token, against their own tags. */
export const sweepVerb: Verb = (program, context) => {
  program
    .command('sweep [machines...]')
    .summary('look for machines that nobody accounts for')
    .description(
      'Without flags: one pass of the patrol that the daemon makes all the time, with what it saw. While a daemon works here, it only looks.\n' +
        'With --provider-only it needs no home and no ledger, only the API token of DigitalOcean: it lists every droplet of microfetch in the ' +
        'account. Where nobody can be asked it only reports, and the exit status is 3 when some are past their expiry. At a terminal it offers ' +
        'to destroy those; --destroy does that without being asked, --all takes every one, and machines that are named by id or name are meant ' +
        'themselves. What a person keeps (tag mf-keep) goes only when it is named; what has not both our tag and our name never goes.',
    )
    .option('--provider-only', 'with nothing but the API token: no home, no ledger')
    .option('--installation <id>', 'with --provider-only: only machines of this installation')
    .option('--destroy', 'with --provider-only: destroy those past their expiry, or those that are named')
    .option('--all', 'with --destroy: all of them, whatever lies on them')
    .option('-n, --dry-run', 'only look')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'one JSON document')
    .action((machines: string[], options: SweepOptions) => {
      const fault = faultOf(machines, options)
      if (fault !== undefined) throw new Problem('bad-input', fault)
      return options.providerOnly === true ? sweepAccount(context, machines, options) : sweepHome(context, options)
    })
}

function faultOf(machines: readonly string[], options: SweepOptions): string | undefined {
  const { providerOnly, destroy, all, installation } = options
  const isForAccount = [machines.length > 0, destroy, all, installation !== undefined].includes(true)
  if (providerOnly !== true)
    return isForAccount ? 'machines, --destroy, --all and --installation go with --provider-only' : undefined
  if (machines.length > 0 && all === true) return '--all, or machines by their names: choose one of them'
  if ((machines.length > 0 || all === true) && destroy !== true) return 'nothing is done to machines without --destroy'
  return undefined
}
