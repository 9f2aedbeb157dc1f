import { describeError } from '../../core/problem.ts'
import { noEffectPoint } from '../../core/effect-point.ts'
import { readConfig, type Config } from '../../daemon/config.ts'
import { openAccount } from '../../daemon/patrol/open-account.ts'
import type { TaggedMachines } from '../../daemon/patrol/tagged-machines.ts'
import type { CliContext } from '../cli-context.ts'
import { configOf } from '../open-client.ts'
import { ownVersion } from '../version.ts'

/** The account of the token. Broken settings do not keep it closed: then flags and environment alone are read. */
export async function accountOf(context: CliContext): Promise<TaggedMachines & { close(): Promise<void> }> {
  return openAccount(await configInSpite(context), { version: ownVersion(), effect: noEffectPoint })
}

/** The settings, or, where their file is broken, those of flags and environment: who is in a panic must not have to repair a file first. */
export async function configInSpite(context: CliContext): Promise<Config> {
  try {
    return await configOf(context)
  } catch (error) {
    const { settings } = context.flags()
    const nowhere = '/dev/null/no-home'
    const { environment, workingFolder } = context
    const config = await readConfig({ home: nowhere, settings, environment, workingFolder }).catch(() => undefined)
    if (config?.digitalOcean.token === undefined) throw error
    context.screen.say(`microfetch: the settings are passed over: ${describeError(error)}`)
    return config
  }
}
