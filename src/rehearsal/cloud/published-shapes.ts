import * as v from 'valibot'

// What DigitalOcean publishes of its answers, field by field; what is there beyond these fields does not matter.

const instant = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/))
const ipv4 = v.pipe(v.string(), v.ipv4())
const uuid = v.pipe(v.string(), v.uuid())
const slugs = v.array(v.string())
const whole = v.pipe(v.number(), v.integer())
const address = v.pipe(v.string(), v.url())

const size = v.object({
  slug: v.string(),
  memory: v.pipe(whole, v.multipleOf(8)),
  vcpus: whole,
  disk: whole,
  transfer: v.number(),
  price_monthly: v.number(),
  price_hourly: v.number(),
  regions: slugs,
  available: v.boolean(),
  description: v.string(),
})

const region = v.object({ name: v.string(), slug: v.string(), features: slugs, available: v.boolean(), sizes: slugs })

const image = v.object({
  id: whole,
  name: v.string(),
  type: v.picklist(['base', 'snapshot', 'backup', 'custom', 'admin']),
  distribution: v.string(),
  slug: v.nullable(v.string()),
  public: v.boolean(),
  regions: slugs,
  created_at: instant,
  min_disk_size: whole,
  size_gigabytes: v.number(),
  description: v.string(),
  tags: slugs,
  status: v.picklist(['NEW', 'available', 'pending', 'deleted', 'retired']),
  error_message: v.string(),
})

const networkV4 = v.variant('type', [
  v.object({ type: v.literal('public'), ip_address: ipv4, netmask: ipv4, gateway: ipv4 }),
  v.object({ type: v.literal('private'), ip_address: ipv4, netmask: ipv4, gateway: v.literal('nil') }),
])

const droplet = v.object({
  id: whole,
  name: v.string(),
  memory: whole,
  vcpus: whole,
  disk: whole,
  locked: v.boolean(),
  status: v.picklist(['new', 'active', 'off', 'archive']),
  kernel: v.null(),
  created_at: instant,
  features: slugs,
  backup_ids: v.array(whole),
  next_backup_window: v.null(),
  snapshot_ids: v.array(whole),
  image,
  volume_ids: slugs,
  size,
  size_slug: v.string(),
  networks: v.object({ v4: v.array(networkV4), v6: v.array(v.unknown()) }),
  region,
  tags: slugs,
  vpc_uuid: uuid,
})

const action = v.object({
  id: whole,
  status: v.picklist(['in-progress', 'completed', 'errored']),
  type: v.string(),
  started_at: instant,
  completed_at: v.nullable(instant),
  resource_id: whole,
  resource_type: v.literal('droplet'),
  region,
  region_slug: v.string(),
})

const sshKey = v.object({
  id: whole,
  fingerprint: v.pipe(v.string(), v.regex(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/)),
  public_key: v.string(),
  name: v.string(),
})

const snapshot = v.object({
  id: v.string(),
  name: v.string(),
  created_at: instant,
  regions: slugs,
  min_disk_size: whole,
  size_gigabytes: v.number(),
  resource_id: v.string(),
  resource_type: v.picklist(['droplet', 'volume']),
  tags: slugs,
})

const counted = v.object({ count: whole, last_tagged_uri: v.optional(address) })
const tag = v.object({
  name: v.pipe(v.string(), v.maxLength(255), v.regex(/^[a-zA-Z0-9_\-:]+$/)),
  resources: v.object({ ...counted.entries, droplets: counted, images: counted, volumes: counted }),
})

const vpc = v.object({
  id: uuid,
  urn: v.string(),
  name: v.string(),
  region: v.string(),
  ip_range: v.string(),
  created_at: instant,
  default: v.boolean(),
})

const account = v.object({
  droplet_limit: whole,
  floating_ip_limit: whole,
  email: v.string(),
  uuid: v.string(),
  email_verified: v.boolean(),
  status: v.picklist(['active', 'warning', 'locked']),
  status_message: v.string(),
})

const pages = v.strictObject({
  first: v.optional(address),
  prev: v.optional(address),
  next: v.optional(address),
  last: v.optional(address),
})
const links = v.strictObject({ pages: v.optional(pages) })
const meta = v.strictObject({ total: whole })
const actionLinks = v.object({ actions: v.array(v.object({ id: whole, rel: v.literal('create'), href: address })) })

function listOf<Name extends string>(name: Name, one: v.GenericSchema) {
  return v.strictObject({ [name]: v.array(one), links, meta })
}

/** The published shapes of answers, by kind of call. */
export const publishedShapes = {
  'POST /v2/droplets': v.union([
    v.strictObject({ droplet, links: actionLinks }),
    v.strictObject({ droplets: v.array(droplet), links: actionLinks }),
  ]),
  'GET /v2/droplets': listOf('droplets', droplet),
  'GET /v2/droplets/{id}': v.strictObject({ droplet }),
  'GET /v2/droplets/{droplet}/actions': listOf('actions', action),
  'GET /v2/droplets/{droplet}/actions/{id}': v.strictObject({ action }),
  'POST /v2/droplets/{droplet}/actions': v.strictObject({ action }),
  'GET /v2/actions': listOf('actions', action),
  'GET /v2/actions/{id}': v.strictObject({ action }),
  'GET /v2/account': v.strictObject({ account }),
  'GET /v2/account/keys': listOf('ssh_keys', sshKey),
  'POST /v2/account/keys': v.strictObject({ ssh_key: sshKey }),
  'GET /v2/account/keys/{key}': v.strictObject({ ssh_key: sshKey }),
  'GET /v2/sizes': listOf('sizes', size),
  'GET /v2/regions': listOf('regions', region),
  'GET /v2/images': listOf('images', image),
  'GET /v2/images/{image}': v.strictObject({ image }),
  'GET /v2/snapshots': listOf('snapshots', snapshot),
  'GET /v2/snapshots/{image}': v.strictObject({ snapshot }),
  'GET /v2/vpcs': listOf('vpcs', vpc),
  'GET /v2/vpcs/{vpc}': v.strictObject({ vpc }),
  'GET /v2/tags': listOf('tags', tag),
  'POST /v2/tags': v.strictObject({ tag }),
  'GET /v2/tags/{tag}': v.strictObject({ tag }),
} satisfies Record<string, v.GenericSchema>

/** The body of every refusal. */
export const refusalShape = v.object({ id: v.string(), message: v.string(), request_id: v.optional(v.string()) })

/** The headers of every answer to a known token. */
export const rateHeaders = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'] as const
