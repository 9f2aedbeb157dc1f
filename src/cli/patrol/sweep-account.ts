import { Problem } from '../../core/problem.ts'
import { sayDollars } from '../../core/say-dollars.ts'
import { chooseTagged, costSoFar, isOf, judgeTagged } from '../../daemon/patrol/judge-tagged.ts'
import type { Ended } from '../../daemon/patrol/end-tagged.ts'
import type { TaggedMachine, TaggedMachines } from '../../daemon/patrol/tagged-machines.ts'
import type { CliContext } from '../cli-context.ts'
import type { SweepOptions } from '../commands/sweep.ts'
import { exitCodes } from '../exit-codes.ts'
import { sayCount } from '../say-amounts.ts'
import { accountOf } from './account-of.ts'
import { destroyTagged } from './destroy-tagged.ts'
import { printTagged, toTaggedRow } from './print-tagged.ts'

/** Every machine of microfetch in the account, by the provider's word alone; destroys what is asked for, and only what is asked for. */
export async function sweepAccount(context: CliContext, named: readonly string[], options: SweepOptions): Promise<void> {
  const account = await accountOf(context)
  try {
    await sweep(context, account, named, options)
  } finally {
    await account.close()
  }
}

async function sweep(
  context: CliContext,
  account: TaggedMachines,
  named: readonly string[],
  options: SweepOptions,
): Promise<void> {
  const { screen } = context
  const isJson = options.json === true
  const listed = (await account.list()).filter(machine => isOf(machine, options.installation))
  const now = context.clock()
  if (!isJson) await printTagged(screen, listed, now)
  sayStanding(context, listed, now)
  const which = named.length > 0 ? named : options.all === true ? 'all' : 'expired'
  const choice = { installationId: options.installation, which } as const
  const { chosen, unknown, refused } = chooseTagged(listed, choice, now)
  if (refused.length > 0) {
    const names = refused.map(({ id, name }) => `${name} (${id})`).join(', ')
    throw new Problem('not-allowed', `not named by microfetch, so not destroyed: ${names}; nothing was destroyed`)
  }
  if (unknown.length > 0) throw new Problem('not-found', `no machine of microfetch: ${unknown.join(', ')}; nothing was destroyed`)
  const isWanted = chosen.length > 0 && (await isDestructionWanted(context, chosen, options))
  const ended = isWanted ? await destroyTagged(context, account, chosen, choice) : []
  if (isJson) {
    const machines = listed.map(machine => toTaggedRow(machine, now))
    await screen.data(JSON.stringify({ at: now.toISOString(), machines, destroyed: isWanted ? ended : null }, undefined, 2))
  }
  endWith(context, listed, ended, now)
}

function sayStanding({ screen }: CliContext, listed: readonly TaggedMachine[], now: Date): void {
  const expired = listed.filter(machine => judgeTagged(machine, now) === 'expired').length
  const cost = listed.reduce((sum, machine) => sum + costSoFar(machine, now), 0)
  const standing = `${sayCount(listed.length, 'machine')} of microfetch, ${expired} past expiry, ${sayDollars(cost)} so far`
  screen.say(expired > 0 ? screen.paint.yellow(standing) : standing)
}

/** Says what may be lost, then asks. Where nobody can be asked, nothing is destroyed unless it was told by flags. */
async function isDestructionWanted(
  context: CliContext,
  chosen: readonly TaggedMachine[],
  options: SweepOptions,
): Promise<boolean> {
  const { screen } = context
  if (options.dryRun === true) return false
  if (options.destroy !== true && (!screen.canAsk || options.yes === true)) return false
  screen.say(
    screen.paint.yellow('Without a ledger nobody knows what lies on them: results that are not at home yet are lost with'),
  )
  for (const { id, name, attemptId } of chosen) screen.say(`  ${name} (${id}), attempt ${attemptId ?? 'unknown'}`)
  return context.confirm(`Destroy ${sayCount(chosen.length, 'machine')}?`, options.yes ?? false)
}

function endWith(context: CliContext, listed: readonly TaggedMachine[], ended: readonly Ended[], now: Date): void {
  const gone = new Set(ended.filter(({ outcome }) => outcome === 'gone').map(({ id }) => id))
  const isLeft = listed.some(machine => judgeTagged(machine, now) === 'expired' && !gone.has(machine.id))
  if (isLeft || ended.some(({ outcome }) => outcome === 'left')) context.ends(exitCodes.partial)
}
