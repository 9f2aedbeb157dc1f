import { describeError, Problem } from '../../../core/problem.ts'
import type { ApiClient } from './api-client.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { readImage, readSizes } from './droplet-offer.ts'
import { pickSize } from './pick-size.ts'
import { failed, warning, well, type SurveyFinding } from './survey-finding.ts'

type Wanted = Pick<DigitalOceanOptions, 'regions' | 'sizes' | 'image' | 'diskReserveBytes'>

const sizesCheck = 'DigitalOcean sizes'
const imageCheck = 'DigitalOcean image'

/** Whether the regions and sizes of the settings are offered, and which is the cheapest. Throws as `ApiClient.read`. */
export async function surveySizes(api: ApiClient, wanted: Wanted): Promise<SurveyFinding[]> {
  const { regions, sizes: allowed, diskReserveBytes } = wanted
  const sizes = await readSizes(api)
  const unknown = allowed.filter(slug => !sizes.some(size => size.slug === slug))
  const empty = regions.filter(region => !sizes.some(size => size.available && size.regions.includes(region)))
  const findings = [
    ...unknown.map(slug => failed(sizesCheck, `DigitalOcean has no size ${slug}`, 'look at digitalocean.sizes')),
    ...empty.map(region => failed(sizesCheck, `no size is to be had in the region ${region}`, 'look at digitalocean.regions')),
  ]
  const need = { memoryGb: 0, diskBytes: 0 }
  const cheapest = pickSize(need, { sizes, allowed, regions, image: undefined, diskReserveBytes, isShort: () => false })
  if (cheapest.kind === 'none') return [...findings, failed(sizesCheck, cheapest.why, 'look at digitalocean.sizes and .regions')]
  const { size, region, price } = cheapest.quote
  const dollars = (price.microdollarsPerHour / 1e6).toFixed(5)
  return [...findings, well(sizesCheck, `the cheapest that may be used is ${size} in ${region}, at $${dollars} an hour`)]
}

/** Whether the image is in the regions. Throws as `ApiClient.read`, but for an image that is not there. */
export async function surveyImage(api: ApiClient, { image, regions }: Wanted): Promise<SurveyFinding[]> {
  try {
    const seen = await readImage(api, image)
    const missing = regions.filter(region => !seen.regions.includes(region))
    if (missing.length === 0)
      return [well(imageCheck, `${image} is in ${regions.join(', ')}, for disks from ${seen.minDiskGb} GB`)]
    const says = `${image} is not in ${missing.join(', ')}`
    const cure = 'copy the snapshot to these regions, or take them out of digitalocean.regions'
    return [missing.length === regions.length ? failed(imageCheck, says, cure) : warning(imageCheck, says, cure)]
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'broken-answer') throw error
    return [failed(imageCheck, describeError(error), 'look at digitalocean.image: a slug, or the number of a snapshot')]
  }
}
