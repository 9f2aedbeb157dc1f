/**
 * The operations of DigitalOcean's API v2 that are used, in the shape that openapi-typescript gives them; written by hand from the
 * published specification (digitalocean/openapi, August 2026). Only fields that are sent or read stand here, and none is believed
 * because it stands here: `answer-schemas.ts` looks at what really came.
 */
export interface paths {
  '/v2/account': { get: operations['account_get'] } & NothingElse<'get'>
  '/v2/sizes': { get: operations['sizes_list'] } & NothingElse<'get'>
  '/v2/images/{image_id}': { get: operations['images_get'] } & NothingElse<'get'>
  '/v2/droplets': { get: operations['droplets_list']; post: operations['droplets_create'] } & NothingElse<'get' | 'post'>
  '/v2/droplets/{droplet_id}': { get: operations['droplets_get']; delete: operations['droplets_destroy'] } & NothingElse<
    'get' | 'delete'
  >
}

/** The methods that a path does not have, as openapi-typescript writes them. */
type NothingElse<Methods extends string> = {
  [Method in Exclude<'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch' | 'trace', Methods>]?: never
}

interface Json<Body> {
  headers: Record<string, unknown>
  content: { 'application/json': Body }
}

interface Empty {
  headers: Record<string, unknown>
  content?: never
}

interface Asked<Query, Path> {
  query?: Query
  header?: never
  path: Path
  cookie?: never
}

interface AskedWithoutPath<Query> {
  query?: Query
  header?: never
  path?: never
  cookie?: never
}

/** What every refusal looks like. */
interface ApiError {
  id: string
  message: string
  request_id?: string
}

/** 401, 403, 404, 422, 429 and 5xx: 422 stands in no list of the create's answers, and is the one met most. */
interface Refusals {
  default: Json<ApiError>
}

interface Pages {
  links?: { pages?: { first?: string; prev?: string; next?: string; last?: string } }
  meta: { total: number }
}

interface Size {
  slug: string
  /** Megabytes, 1024 of them to a gigabyte. */
  memory: number
  vcpus: number
  /** Gigabytes. */
  disk: number
  /** Dollars. */
  price_hourly: number
  regions: string[]
  available: boolean
  gpu_info?: unknown
}

interface Droplet {
  id: number
  name: string
  status: 'new' | 'active' | 'off' | 'archive'
  created_at: string
  tags: string[]
  networks: { v4?: { ip_address: string; netmask: string; gateway: string; type: 'public' | 'private' }[] }
  size: Size
  size_slug: string
}

/** What a create asks for. */
export interface DropletCreate {
  name: string
  region: string
  size: string
  /** A slug, or the number of an image. */
  image: string | number
  /** Numbers or fingerprints of keys of the account. */
  ssh_keys: (string | number)[]
  tags: string[]
  user_data: string
  vpc_uuid?: string
  monitoring: boolean
  with_droplet_agent: boolean
}

export interface operations {
  account_get: {
    parameters: AskedWithoutPath<Record<string, never>>
    requestBody?: never
    responses: { 200: Json<{ account: { droplet_limit: number; status: string; status_message: string } }> } & Refusals
  }
  sizes_list: {
    parameters: AskedWithoutPath<{ per_page?: number; page?: number }>
    requestBody?: never
    responses: { 200: Json<{ sizes: Size[] } & Pages> } & Refusals
  }
  images_get: {
    parameters: Asked<Record<string, never>, { image_id: string | number }>
    requestBody?: never
    responses: { 200: Json<{ image: { regions: string[]; min_disk_size: number; status: string } }> } & Refusals
  }
  droplets_list: {
    /** `name` and `tag_name` exclude each other; droplets with GPUs are only shown when asked for by `type`. */
    parameters: AskedWithoutPath<{ tag_name?: string; name?: string; per_page?: number; page?: number }>
    requestBody?: never
    responses: { 200: Json<{ droplets: Droplet[] } & Pages> } & Refusals
  }
  droplets_create: {
    parameters: AskedWithoutPath<Record<string, never>>
    requestBody: { content: { 'application/json': DropletCreate } }
    responses: { 202: Json<{ droplet: Droplet }> } & Refusals
  }
  droplets_get: {
    parameters: Asked<Record<string, never>, { droplet_id: number }>
    requestBody?: never
    responses: { 200: Json<{ droplet: Droplet }> } & Refusals
  }
  droplets_destroy: {
    parameters: Asked<Record<string, never>, { droplet_id: number }>
    requestBody?: never
    responses: { 204: Empty } & Refusals
  }
}
