import type { EffectPoint } from '../../../core/effect-point.ts'
import { describeError, Problem } from '../../../core/problem.ts'
import type { BootPlan, Created, Quote } from '../provider.ts'
import type { AccountRoom } from './account-room.ts'
import { dropletPageSchema, oneDropletSchema } from './answer-schemas.ts'
import { CallFault, type ApiAnswer, type ApiClient } from './api-client.ts'
import type { DropletCreate } from './api-paths.ts'
import { classifyRefusal, isRegionShort } from './classify-refusal.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { isDropletName, isTagId, tagsOf } from './droplet-marks.ts'
import type { DropletOffer } from './droplet-offer.ts'
import { isOurs, toMachine } from './to-machine.ts'

/** What makes droplets. */
export interface Maker {
  api: ApiClient
  options: DigitalOceanOptions
  room: AccountRoom
  offer: DropletOffer
  effect: EffectPoint
  /** Names that the API was asked for: names are not unique there, so nobody but us sees to it that one is asked for once. */
  namesAsked: Set<string>
}

type NotCreated = Exclude<Created, { kind: 'created' }>

const name = 'POST /v2/droplets'
const mostUserDataBytes = 65_536
/** Shorter lines of a key give nothing away. */
const shortestSecret = 16
/** What a create is answered with at first stands for something that is to be; it is neither booted nor sure. */
const accepted = [200, 201, 202]

/** Asks once for a droplet, and never again by itself: an answer that was lost may have made one. */
export async function createDroplet(maker: Maker, machineName: string, boot: BootPlan): Promise<Created> {
  const { quote, attemptId } = boot
  if (!isDropletName(machineName)) return refused(`droplets are not named so here: ${JSON.stringify(machineName)}`)
  if (!isTagId(attemptId)) return refused(`not an attempt id: ${JSON.stringify(attemptId)}`)
  if (quote === undefined) return refused('a droplet cannot be made without a quote')
  if (maker.namesAsked.has(machineName)) return lookForNamesake(maker, machineName)
  const told = await maker.options.userData(machineName, boot)
  if (told.kind !== 'ready') return refused(`the droplet cannot be told what to do: ${told.why}`)
  const fault = faultOfUserData(told.text)
  if (fault !== undefined) return refused(fault)
  const obstacle = await obstacleOf(maker.room)
  if (obstacle !== undefined) return obstacle
  return hide(await post(maker, toBody(maker.options, machineName, boot, quote, told.text), quote, attemptId), boot)
}

/** Plain ASCII: with anything else the API accepts the droplet and fails afterwards. */
function faultOfUserData(text: string): string | undefined {
  if (!/^[\t\n\r\x20-\x7e]*$/.test(text)) return 'the user-data is not plain ASCII'
  return text.length > mostUserDataBytes
    ? `the user-data has ${text.length} bytes, and ${mostUserDataBytes} are allowed`
    : undefined
}

async function obstacleOf(room: AccountRoom): Promise<NotCreated | undefined> {
  try {
    return await room.obstacle()
  } catch (error) {
    const kind = error instanceof Problem && error.code === 'refused' ? 'refused' : 'wait'
    return { kind, why: describeError(error) }
  }
}

function toBody(
  options: DigitalOceanOptions,
  machineName: string,
  boot: BootPlan,
  quote: Quote,
  userData: string,
): DropletCreate {
  return {
    name: machineName,
    region: quote.region,
    size: quote.size,
    image: numberOrWord(options.image),
    ssh_keys: options.sshKeys.map(numberOrWord),
    tags: tagsOf(options.installationId, boot.attemptId, boot.expiresAt),
    user_data: userData,
    monitoring: false,
    with_droplet_agent: false,
    ...(options.vpcUuid === undefined ? {} : { vpc_uuid: options.vpcUuid }),
  }
}

function numberOrWord(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

async function post(maker: Maker, body: DropletCreate, quote: Quote, attemptId: string): Promise<Created> {
  let answer: ApiAnswer
  maker.namesAsked.add(body.name)
  try {
    answer = await maker.api.askOnce({
      purpose: 'ask',
      name,
      call: (client, signal) => client.POST('/v2/droplets', { body, signal }),
    })
  } catch (error) {
    const outcome = ofFault(error)
    if (outcome.kind === 'unknown') noteAsked(maker)
    else maker.namesAsked.delete(body.name)
    return outcome
  }
  noteAsked(maker)
  if (accepted.includes(answer.status)) return ofAccepted(maker, answer, body.name, attemptId)
  return ofRefusal(maker, answer, quote)
}

function noteAsked({ room, effect }: Maker): void {
  room.noteAsked()
  effect('digitalocean: droplet asked for')
}

/** No answer, or not all of one. Where no connection was made, nothing was made. */
function ofFault(error: unknown): NotCreated {
  const why = describeError(error)
  if (!(error instanceof Problem)) return { kind: 'unknown', why }
  if (error.code === 'refused') return { kind: 'refused', why }
  return { kind: error instanceof CallFault && error.maybeHeard ? 'unknown' : 'wait', why }
}

function ofAccepted({ api, options }: Maker, answer: ApiAnswer, machineName: string, attemptId: string): Created {
  try {
    const { droplet } = api.fitting(name, answer, oneDropletSchema)
    if (droplet.name !== machineName) return { kind: 'unknown', why: `asked for ${machineName} and got droplet ${droplet.id}` }
    return { kind: 'created', machine: { ...toMachine(droplet, options.addressKind), attemptId } }
  } catch (error) {
    return { kind: 'unknown', why: describeError(error) }
  }
}

function ofRefusal({ room, offer }: Maker, { status, refusal }: ApiAnswer, quote: Quote): NotCreated {
  const why = `${name} answered ${status}${refusal === '' ? '' : `: ${refusal}`}`
  if (status === 429) return { kind: 'wait', why }
  // A proxy's page, a redirect, trouble of theirs: the request may have been served all the same.
  if (refusal === '' || status < 400 || status >= 500 || status === 408) return { kind: 'unknown', why }
  const kind = classifyRefusal(status, refusal)
  if (kind === 'no-capacity' && isRegionShort(refusal)) offer.noteShortage(quote.size, quote.region)
  // Whatever was reckoned of the account, the API knows better.
  room.forget()
  return { kind, why }
}

/** Asked for before: what was made then is what there is. */
async function lookForNamesake({ api, options }: Maker, machineName: string): Promise<Created> {
  const query = { name: machineName, per_page: 200, page: 1 }
  try {
    const { value } = await api.read(
      {
        purpose: 'ask',
        name: 'GET /v2/droplets',
        call: (client, signal) => client.GET('/v2/droplets', { params: { query }, signal }),
      },
      dropletPageSchema,
    )
    const found = value.droplets
      .filter(droplet => droplet.name === machineName && isOurs(droplet, options.installationId))
      .toSorted((a, b) => Number(a.id) - Number(b.id))[0]
    if (found !== undefined) return { kind: 'created', machine: toMachine(found, options.addressKind) }
    return { kind: 'unknown', why: `a droplet ${machineName} was asked for before` }
  } catch (error) {
    return { kind: 'unknown', why: `a droplet ${machineName} was asked for before; ${describeError(error)}` }
  }
}

function refused(why: string): NotCreated {
  return { kind: 'refused', why }
}

/** Nothing that the droplet was told may stand in a reason, should an answer quote it. */
function hide(created: Created, { token, hostKey }: BootPlan): Created {
  if (created.kind === 'created') return created
  const secrets = [token, ...(hostKey?.privateKey.split('\n') ?? [])].filter(secret => secret.length >= shortestSecret)
  return { ...created, why: secrets.reduce((why, secret) => why.replaceAll(secret, '…'), created.why) }
}
