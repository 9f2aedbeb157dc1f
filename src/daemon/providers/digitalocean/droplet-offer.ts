import type { Clock } from '../../../core/clock.ts'
import { Problem } from '../../../core/problem.ts'
import { imageSchema, sizePageSchema, type SeenSize } from './answer-schemas.ts'
import type { ApiClient } from './api-client.ts'
import { nextPage, perPage } from './next-page.ts'

/** Where an image may be used. */
export interface SeenImage {
  regions: string[]
  /** The smallest disk that it fits on, in GB. */
  minDiskGb: number
}

const freshMs = 3_600_000
/** A size that was sold out in a region is not asked for there again for so long. */
const shortageMs = 600_000

/** What DigitalOcean offers, as it said within the last hour. */
export class DropletOffer {
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #imageName: string
  #sizes: { value: SeenSize[]; readMs: number } | undefined
  #image: { value: SeenImage | undefined; readMs: number } | undefined
  readonly #shortUntilMs = new Map<string, number>()

  constructor(api: ApiClient, clock: Clock, imageName: string) {
    this.#api = api
    this.#clock = clock
    this.#imageName = imageName
  }

  /** Throws a Problem when the API cannot be asked. */
  async sizes(): Promise<readonly SeenSize[]> {
    if (this.#sizes === undefined || !this.#isFresh(this.#sizes.readMs)) {
      this.#sizes = { value: await readSizes(this.#api), readMs: this.#nowMs() }
    }
    return this.#sizes.value
  }

  /** Undefined where the token may not look, or there is no such image: the create itself will tell. Throws as `sizes`. */
  async image(): Promise<SeenImage | undefined> {
    if (this.#image === undefined || !this.#isFresh(this.#image.readMs)) {
      this.#image = { value: await imageIfTold(this.#api, this.#imageName), readMs: this.#nowMs() }
    }
    return this.#image.value
  }

  /** Just now there is no droplet of this size in this region. */
  noteShortage(size: string, region: string): void {
    this.#shortUntilMs.set(`${region} ${size}`, this.#nowMs() + shortageMs)
    this.#sizes = undefined
  }

  isShort(size: string, region: string): boolean {
    return this.#nowMs() < (this.#shortUntilMs.get(`${region} ${size}`) ?? 0)
  }

  #nowMs(): number {
    return this.#clock().getTime()
  }

  #isFresh(readMs: number): boolean {
    const ageMs = this.#nowMs() - readMs
    return ageMs >= 0 && ageMs < freshMs
  }
}

/** Every size there is, available or not. Throws as `ApiClient.read`. */
export async function readSizes(api: ApiClient): Promise<SeenSize[]> {
  const name = 'GET /v2/sizes'
  const sizes: SeenSize[] = []
  for (let page: number | undefined = 1; page !== undefined;) {
    const query = { per_page: perPage, page }
    const { value } = await api.read(
      { purpose: 'ask', name, call: (client, signal) => client.GET('/v2/sizes', { params: { query }, signal }) },
      sizePageSchema,
    )
    sizes.push(...value.sizes)
    page = nextPage(name, page, value.links?.pages?.next)
  }
  return sizes
}

/** One image, by its slug or number. Throws as `ApiClient.read`. */
export async function readImage(api: ApiClient, imageName: string): Promise<SeenImage> {
  const path = { image_id: imageName }
  const { value } = await api.read(
    {
      purpose: 'ask',
      name: `GET /v2/images/${imageName}`,
      call: (client, signal) => client.GET('/v2/images/{image_id}', { params: { path }, signal }),
    },
    imageSchema,
  )
  return { regions: value.image.regions, minDiskGb: value.image.min_disk_size }
}

async function imageIfTold(api: ApiClient, imageName: string): Promise<SeenImage | undefined> {
  try {
    return await readImage(api, imageName)
  } catch (error) {
    if (error instanceof Problem && (error.code === 'refused' || error.code === 'broken-answer')) return undefined
    throw error
  }
}
