import { describeError, Problem } from '../../../core/problem.ts'
import { systemTiming } from '../../fetch/timing.ts'
import { countDroplets, readAccount } from './account-room.ts'
import { ApiClient } from './api-client.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { commonTag, installationTag } from './droplet-marks.ts'
import { listDroplets } from './list-droplets.ts'
import { failed, guarded, warning, well, type SurveyFinding } from './survey-finding.ts'
import { surveyImage, surveySizes } from './survey-offer.ts'
import { isOurs } from './to-machine.ts'

/** What the survey needs of the options. */
export type SurveyOptions = Pick<
  DigitalOceanOptions,
  'apiUrl' | 'token' | 'regions' | 'sizes' | 'image' | 'diskReserveBytes' | 'fetch' | 'clock' | 'timing' | 'callSeconds'
> & {
  /** Undefined while there is no ledger yet. */
  installationId: string | undefined
}

/** When an answer came, by both clocks. */
interface Answered {
  theirs: Date
  ours: Date
}

/** More than this between the clocks, and ages of droplets are reckoned wrongly. */
const mostSkewSeconds = 300
/** With less than this share of the hour's calls, lists and creates will soon be told to wait. */
const fewCalls = 0.3

const scopes = 'account:read, droplet:read, droplet:create, droplet:delete, image:read, sizes:read, tag:read and tag:create'
const rightsCure = `give the token the scopes ${scopes}`
const tokenCure = 'set digitalocean.token_file or MICROFETCH_DIGITALOCEAN_TOKEN to a token of this account'

/** Looks at the account, at the rights of the token and at what the settings name, and changes nothing. Never throws for what it finds. */
export async function surveyInstallation(options: SurveyOptions): Promise<SurveyFinding[]> {
  const answers: Answered[] = []
  let api: ApiClient
  try {
    api = new ApiClient({ timing: systemTiming, callSeconds: 15, ...defined(options), fetch: listening(options, answers) })
  } catch (error) {
    return [failed('DigitalOcean token', describeError(error), tokenCure)]
  }
  const account = await surveyAccount(api)
  const address = surveyAddress(options.apiUrl)
  // The others would only say the same again.
  if (account.isNoWayIn) return [...address, account.finding, ...surveyClock(answers)]
  return [
    ...address,
    account.finding,
    ...(await guarded('DigitalOcean droplets', rightsCure, () => surveyDroplets(api, options.installationId))),
    ...(await guarded('DigitalOcean sizes', rightsCure, () => surveySizes(api, options))),
    ...(await guarded('DigitalOcean image', rightsCure, () => surveyImage(api, options))),
    untriedRights,
    ...surveyCalls(api),
    ...surveyClock(answers),
  ]
}

/** What would make or end something cannot be tried without making or ending it. */
const untriedRights = well(
  'DigitalOcean rights',
  'the rights to create and to delete droplets were not tried: without the first, the first create is refused, makes nothing and asks for a person; without the second, so does the first deletion',
)

function defined({ callSeconds, timing, ...others }: SurveyOptions) {
  return { ...others, ...(callSeconds === undefined ? {} : { callSeconds }), ...(timing === undefined ? {} : { timing }) }
}

function listening({ fetch, clock }: SurveyOptions, answers: Answered[]): SurveyOptions['fetch'] {
  return async request => {
    const response = await fetch(request)
    const ms = Date.parse(response.headers.get('date') ?? '')
    if (!Number.isNaN(ms)) answers.push({ theirs: new Date(ms), ours: clock() })
    return response
  }
}

/** Only a test cloud may do without encryption, on this machine. */
function surveyAddress(apiUrl: string): SurveyFinding[] {
  const url = URL.parse(apiUrl)
  if (url?.protocol !== 'http:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) return []
  const says = `the token goes to ${url.host} unencrypted, where anybody on the way can read it`
  return [warning('DigitalOcean address', says, 'begin digitalocean.api_url with https://')]
}

async function surveyAccount(api: ApiClient): Promise<{ finding: SurveyFinding; isNoWayIn: boolean }> {
  const check = 'DigitalOcean account'
  try {
    const { status, message, dropletLimit } = await readAccount(api)
    const says = `the account is ${status}${message === '' ? '' : ` (${message})`} and may have ${dropletLimit} droplets`
    const cure = 'look at the account in the control panel of DigitalOcean'
    if (status === 'locked') return { finding: failed(check, says, cure), isNoWayIn: false }
    return { finding: status === 'active' ? well(check, says) : warning(check, says, cure), isNoWayIn: false }
  } catch (error) {
    const says = describeError(error)
    const code = error instanceof Problem ? error.code : undefined
    if (code !== 'refused')
      return { finding: failed(check, says, 'look at digitalocean.api_url and at [network]'), isNoWayIn: true }
    if (/ answered 403\b/.test(says)) return { finding: warning(check, says, rightsCure), isNoWayIn: false }
    return { finding: failed(check, says, tokenCure), isNoWayIn: true }
  }
}

async function surveyDroplets(api: ApiClient, installationId: string | undefined): Promise<SurveyFinding[]> {
  const inUse = await countDroplets(api)
  const listed = await listDroplets(api, installationId === undefined ? commonTag : installationTag(installationId))
  const ours = installationId === undefined ? listed : listed.filter(droplet => isOurs(droplet, installationId))
  const whose = installationId === undefined ? 'microfetch' : 'this installation'
  const says = `droplets may be read: ${inUse} in the account, ${ours.length} of ${whose}`
  const check = 'DigitalOcean droplets'
  if (listed.some(droplet => droplet.tags.length === 0)) {
    return [failed(check, 'droplets may be read, but not their tags, by which ours are known', rightsCure)]
  }
  if (listed.length === ours.length) return [well(check, says)]
  const others = listed.length - ours.length
  return [
    warning(check, `${says}; ${others} more carry its tag under other names`, 'rename them back, or take the tag from them'),
  ]
}

function surveyCalls(api: ApiClient): SurveyFinding[] {
  const left = api.budget.left()
  if (left === undefined) return []
  const says = `${left.remaining} of ${left.limit} calls of this hour are left to the token`
  if (left.remaining >= left.limit * fewCalls) return [well('DigitalOcean calls', says)]
  return [warning('DigitalOcean calls', says, 'see what else uses this token, and give microfetch one of its own')]
}

function surveyClock(answers: readonly Answered[]): SurveyFinding[] {
  const [first] = answers
  if (first === undefined) return []
  const seconds = Math.round((first.ours.getTime() - first.theirs.getTime()) / 1000)
  const says = `this machine is ${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} DigitalOcean`
  if (Math.abs(seconds) <= mostSkewSeconds) return [well('DigitalOcean clock', says)]
  return [failed('DigitalOcean clock', says, 'set the clock of this machine (NTP)')]
}
