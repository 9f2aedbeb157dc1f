import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { fetchThrough } from '../fetch/fetch-through.ts'
import { standingFacts } from '../ledger/standing-facts.ts'
import { surveyInstallation } from '../providers/digitalocean/survey-installation.ts'
import { tokenVariable } from '../settings/digitalocean-settings.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'

/** A call of the API takes no longer here: a person waits. */
const callSeconds = 15

/** The account of DigitalOcean, the token with its rights and where it lies, limits, offer, clock; nothing where machines are local. */
export const checkCloud: Check = async ({ config, now }) => {
  if (config.provider !== 'digitalocean') return []
  const { token, ...settings } = config.digitalOcean
  const place = tokenPlace(config)
  if (token === undefined) return [place]
  const { httpProxy, httpsProxy, noProxy, caPem, connectSeconds } = config.network
  const through = fetchThrough({ httpProxy, httpsProxy, noProxy, caPem, connectSeconds, userAgent: 'microfetch/doctor' })
  try {
    const installationId = installationIdOf(config)
    const begunMs = performance.now()
    const clock = () => new Date(now.getTime() + (performance.now() - begunMs))
    const fetch = (request: Request) => through.fetch(request)
    const found = await surveyInstallation({ ...settings, token, installationId, fetch, clock, callSeconds })
    return [place, ...found, ...caps(config)]
  } finally {
    await through.close()
  }
}

/** A ledger that was never used has no id yet, and no droplets either. */
function installationIdOf({ home }: Config): string {
  const id = existsSync(home.ledgerFile) ? standingFacts(home.ledgerFile).installationId : undefined
  return id ?? 'not-made-yet'
}

/** Where the token lies, and who else could read it. */
export function tokenPlace({ digitalOcean }: Pick<Config, 'digitalOcean'>): Finding {
  const check = 'DigitalOcean token'
  const { token, tokenFrom } = digitalOcean
  const cure = `lay it in a file that only this user can read (chmod 600), and name that file in digitalocean.token_file`
  if (token === undefined) return failed(check, `there is none: ${tokenFrom}`, cure)
  if (tokenFrom === tokenVariable)
    return warning(check, `it comes from the variable ${tokenVariable}, which every program of this user can read`, cure)
  const folder = statSync(dirname(tokenFrom))
  if ((folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0)
    return warning(check, `it lies in ${tokenFrom}; others may write in that folder`, `chmod go-w ${dirname(tokenFrom)}`)
  return well(check, `it lies in ${tokenFrom}, which only its owner can read`)
}

function caps({ spend }: Config): Finding[] {
  if (spend.monthMicrodollars !== undefined)
    return [well('cap', `all machines together cost at most $${(spend.monthMicrodollars / 1e6).toFixed(2)} in a month`)]
  return [warning('cap', 'nothing bounds what machines may cost', 'set spend.month_dollars; 1 is enough for a first droplet')]
}
