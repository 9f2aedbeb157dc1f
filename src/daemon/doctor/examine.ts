import { describeError } from '../../core/problem.ts'
import type { Config } from '../config.ts'
import { outboundOf } from '../outbound-of.ts'
import { sources } from '../sources/sources.ts'
import { failed, well, type Check, type Finding } from './check.ts'
import { checks } from './checks.ts'
import { nodeVersion } from './local-tools.ts'

/** A person waits for the answer: a silent host is given up sooner than by the daemon. */
const patienceSeconds = 15

/** Who asks for an examination. */
export interface Examination {
  /** Reads the settings; what it throws is the first finding. */
  config: () => Promise<Config>
  now: Date
  version: string
}

/** Looks at everything microfetch needs, all at once; the findings in the order of the report. Never throws. */
export async function examine({ config, now, version }: Examination): Promise<Finding[]> {
  let read: Config
  try {
    read = await config()
  } catch (error) {
    return [
      nodeVersion(),
      failed('settings', describeError(error), 'correct the settings; microfetch init --force writes the file anew'),
    ]
  }
  const impatient: Config = {
    ...read,
    ena: { ...read.ena, idleSeconds: Math.min(patienceSeconds, read.ena.idleSeconds) },
    network: { ...read.network, connectSeconds: Math.min(patienceSeconds, read.network.connectSeconds) },
  }
  const settings = well(
    'settings',
    `${[...read.settings.values()].filter(setting => setting.from !== 'default').length} set by somebody, the rest are defaults`,
  )
  let outbound
  try {
    outbound = outboundOf(impatient, version)
  } catch (error) {
    return [nodeVersion(), failed('network', describeError(error), 'look at the settings of [network]')]
  }
  const source = sources.ena({ ...impatient.ena, outbound, clock: () => now, warn: () => undefined })
  try {
    const found = await Promise.all(checks.map(check => guarded(check, { config: impatient, now, outbound, source })))
    return [settings, ...found.flat()]
  } finally {
    await outbound.close()
  }
}

/** A check that fails by itself is a finding too, and takes no other with it. */
async function guarded(check: Check, patient: Parameters<Check>[0]): Promise<Finding[]> {
  try {
    return await check(patient)
  } catch (error) {
    return [failed(check.name.replace(/^check/, '').toLowerCase(), `it could not be looked at: ${describeError(error)}`, '')]
  }
}
