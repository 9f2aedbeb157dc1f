import { isIPv4 } from 'node:net'
import * as v from 'valibot'

// Only the fields that are read: the API adds others when it likes.

/** Ids are whole numbers there; here they are decimal strings. */
const idSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.transform(String))

/** Dollars an hour. */
const dollarsSchema = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(10_000))

const networkSchema = v.object({ ip_address: v.pipe(v.string(), v.check(isIPv4, 'not an IPv4 address')), type: v.string() })

/** A droplet as it is seen; without addresses until it has them. */
export const dropletSchema = v.object({
  id: idSchema,
  name: v.string(),
  status: v.string(),
  created_at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform(text => new Date(text)),
  ),
  tags: v.array(v.string()),
  networks: v.object({ v4: v.optional(v.array(networkSchema), []) }),
  size: v.object({ price_hourly: dollarsSchema }),
})

/** A droplet whose answer was read. */
export type SeenDroplet = v.InferOutput<typeof dropletSchema>

/** The answer to a create and to a look at one droplet. */
export const oneDropletSchema = v.object({ droplet: dropletSchema })

const pagesFields = {
  links: v.optional(v.object({ pages: v.optional(v.object({ next: v.optional(v.string()) })) })),
  meta: v.object({ total: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
}

/** One page of droplets. */
export const dropletPageSchema = v.object({ droplets: v.array(dropletSchema), ...pagesFields })

/** How many droplets there are, whosever they are; the droplets themselves are not looked at. */
export const dropletCountSchema = v.object({ droplets: v.array(v.unknown()), meta: pagesFields.meta })

const sizeSchema = v.object({
  slug: v.string(),
  memory: v.pipe(v.number(), v.minValue(0)),
  vcpus: v.pipe(v.number(), v.minValue(0)),
  disk: v.pipe(v.number(), v.minValue(0)),
  price_hourly: dollarsSchema,
  regions: v.array(v.string()),
  available: v.boolean(),
  gpu_info: v.optional(v.unknown()),
})

/** A size whose answer was read. */
export type SeenSize = v.InferOutput<typeof sizeSchema>

/** One page of sizes. */
export const sizePageSchema = v.object({ sizes: v.array(sizeSchema), ...pagesFields })

/** What an account may have. */
export const accountSchema = v.object({
  account: v.object({
    droplet_limit: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    status: v.string(),
    status_message: v.optional(v.nullable(v.string()), ''),
  }),
})

/** Where an image may be used, and on which disks. */
export const imageSchema = v.object({
  image: v.object({
    regions: v.array(v.string()),
    min_disk_size: v.pipe(v.number(), v.minValue(0)),
    status: v.optional(v.string()),
  }),
})

/** Every refusal of the API says what it is; a page of a proxy does not. */
export const refusalSchema = v.object({ id: v.string(), message: v.string() })
