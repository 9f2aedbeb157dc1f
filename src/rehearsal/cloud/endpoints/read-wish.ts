import * as v from 'valibot'
import { hasScope, type Scope } from '../api-token.ts'
import type { CloudExchange } from '../exchange.ts'
import { forbidden, unprocessable } from '../refusal.ts'
import type { DropletWish } from '../world/droplet.ts'
import type { Image } from '../world/image.ts'
import type { Region } from '../world/region.ts'
import type { Size } from '../world/size.ts'
import { isTag } from '../world/tag-book.ts'

const mostNames = 10
const mostUserDataBytes = 64 * 1024
const namePattern = /^[a-zA-Z0-9]?[a-z0-9A-Z.-]*[a-z0-9A-Z]$/

const createBody = v.object({
  name: v.optional(v.string()),
  names: v.optional(v.array(v.string())),
  size: v.string(),
  image: v.union([v.number(), v.string()]),
  region: v.nullish(v.string()),
  ssh_keys: v.nullish(v.array(v.union([v.number(), v.string()]))),
  user_data: v.nullish(v.string()),
  tags: v.nullish(v.array(v.string())),
  vpc_uuid: v.nullish(v.string()),
  monitoring: v.nullish(v.boolean()),
  ipv6: v.nullish(v.boolean()),
  backups: v.nullish(v.boolean()),
  with_droplet_agent: v.nullish(v.boolean()),
  public_networking: v.nullish(v.boolean()),
  volumes: v.nullish(v.array(v.string())),
})

type CreateBody = v.InferOutput<typeof createBody>

/** Reads what a create asks for. Refuses with 422 what is not as published, and with 403 what the token may not ask. */
export function readWish(exchange: CloudExchange): DropletWish {
  const read = v.safeParse(createBody, exchange.body)
  if (!read.success) throw unprocessable(`${pathOf(read.issues[0])} is missing or has the wrong type`)
  const body = read.output
  checkScopes(exchange, body)
  const names = readNames(body)
  const size = readSize(exchange, body.size)
  const region = readRegion(exchange, body.region ?? undefined, size)
  const image = readImage(exchange, body.image, size, region)
  return {
    ...{ names, size, region, image },
    userData: readUserData(body.user_data ?? ''),
    tags: readTags(body.tags ?? []),
    sshKeys: readKeys(exchange, body.ssh_keys ?? []),
    vpcUuid: readVpc(body.vpc_uuid ?? undefined, region),
    features: featuresOf(body),
    isPrivateOnly: body.public_networking === false,
  }
}

function readUserData(text: string): string {
  if (Buffer.byteLength(text) > mostUserDataBytes) throw unprocessable('User data is too long (maximum is 64 KiB)')
  return text
}

function readTags(tags: readonly string[]): readonly string[] {
  const broken = tags.find(tag => !isTag(tag))
  if (broken !== undefined) throw unprocessable(`tag ${JSON.stringify(broken)} has invalid characters or is too long`)
  return tags
}

function featuresOf(body: CreateBody): string[] {
  const chosen = { private_networking: true, monitoring: body.monitoring, droplet_agent: body.with_droplet_agent !== false }
  return Object.entries(chosen).flatMap(([feature, isChosen]) => (isChosen === true ? [feature] : []))
}

function pathOf(issue: { path?: readonly { key: unknown }[] | undefined }): string {
  return issue.path?.map(part => String(part.key)).join('.') ?? 'the body'
}

function checkScopes({ token }: CloudExchange, { tags, ssh_keys, vpc_uuid }: CreateBody): void {
  const needs: [boolean, Scope][] = [
    [(tags ?? []).length > 0, 'tag:create'],
    [(ssh_keys ?? []).length > 0, 'ssh_key:read'],
    [typeof vpc_uuid === 'string', 'vpc:read'],
  ]
  if (needs.some(([isNeeded, scope]) => isNeeded && !hasScope(token, scope))) throw forbidden()
}

function readNames({ name, names }: CreateBody): string[] {
  if ((name === undefined) === (names === undefined)) throw unprocessable("Name can't be blank: give one of name and names")
  const wanted = names ?? [name ?? '']
  if (wanted.length === 0) throw unprocessable("Name can't be blank")
  if (wanted.length > mostNames) throw unprocessable(`You can create a maximum of ${mostNames} droplets at a time`)
  for (const one of wanted) {
    if (one.length > 255) throw unprocessable('Name is too long (maximum is 255 characters)')
    if (!namePattern.test(one)) throw unprocessable('Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)')
  }
  return wanted
}

function readSize({ world }: CloudExchange, slug: string): Size {
  const size = world.sizes.find(one => one.slug === slug)
  if (size === undefined) throw unprocessable('You specified an invalid size for Droplet creation.')
  return size
}

/** The region with this slug, or the first that sells the size, of those whose slug begins so. */
function readRegion({ world }: CloudExchange, wanted: string | undefined, size: Size): Region {
  const sells = (region: Region) => region.available && size.available && size.regions.includes(region.slug)
  const named = world.regions.find(region => region.slug === wanted)
  if (named !== undefined) {
    if (!sells(named)) throw unprocessable('Size is not available in this region.')
    return named
  }
  const fitting = world.regions.filter(region => wanted === undefined || isPrefixOf(wanted, region.slug))
  if (fitting.length === 0) throw unprocessable('You specified an invalid region for Droplet creation.')
  const region = fitting.find(sells)
  if (region === undefined) throw unprocessable('Size is not available in this region.')
  return region
}

function isPrefixOf(wanted: string, slug: string): boolean {
  return /^[a-z]{3}$/.test(wanted) && slug.startsWith(wanted)
}

function readImage({ world }: CloudExchange, wanted: number | string, size: Size, region: Region): Image {
  const image = world.images.find(one => one.id === Number(wanted) || one.slug === wanted)
  if (image === undefined) throw unprocessable('You specified an invalid image for Droplet creation.')
  if (!image.regions.includes(region.slug))
    throw unprocessable('The image you specified is not available in the selected region.')
  if (image.minDiskGb > size.diskGb)
    throw unprocessable('The image you specified requires a larger disk than the selected size has.')
  return image
}

function readKeys({ world }: CloudExchange, wanted: readonly (number | string)[]): string[] {
  const unknown = wanted.filter(key => world.keys.find(key) === undefined)
  if (unknown.length > 0) throw unprocessable(`${unknown.join(', ')} are invalid key identifiers for Droplet creation.`)
  return wanted.map(key => world.keys.find(key)?.publicKey ?? '')
}

function readVpc(wanted: string | undefined, region: Region): string {
  if (wanted !== undefined && wanted !== region.vpcUuid)
    throw unprocessable('The VPC you specified was not found in the selected region.')
  return region.vpcUuid
}
