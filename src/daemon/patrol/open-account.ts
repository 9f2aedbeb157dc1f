import { Problem } from '../../core/problem.ts'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Config } from '../config.ts'
import { fetchThrough } from '../fetch/fetch-through.ts'
import { allDroplets } from '../providers/digitalocean/all-droplets.ts'
import type { TaggedMachines } from './tagged-machines.ts'

/**
 * Every machine of microfetch in the account of the token, whether or not there is a ledger. Throws `refused` when there is no token.
 */
export function openAccount(
  { digitalOcean, network }: Pick<Config, 'digitalOcean' | 'network'>,
  { version, effect }: { version: string; effect: EffectPoint },
): TaggedMachines & { close(): Promise<void> } {
  const { token, tokenFrom, apiUrl } = digitalOcean
  if (token === undefined) throw new Problem('refused', `there is no API token of DigitalOcean: ${tokenFrom}`)
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = network
  const through = fetchThrough({ httpProxy, httpsProxy, noProxy, caPem, connectSeconds, userAgent: `microfetch/${version}` })
  const droplets = allDroplets({ apiUrl, token, fetch: request => through.fetch(request), effect })
  return { list: () => droplets.list(), destroy: machineId => droplets.destroy(machineId), close: () => through.close() }
}
