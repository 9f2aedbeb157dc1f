import { describeError, Problem } from '../../../core/problem.ts'
import { systemTiming } from '../../fetch/timing.ts'
import type { Provider } from '../provider.ts'
import { AccountRoom } from './account-room.ts'
import type { SeenDroplet } from './answer-schemas.ts'
import { ApiClient } from './api-client.ts'
import { createDroplet, type Maker } from './create-droplet.ts'
import { destroyDroplet } from './destroy-droplet.ts'
import type { DigitalOceanOptions } from './digitalocean-options.ts'
import { installationTag, isTagId } from './droplet-marks.ts'
import { DropletOffer } from './droplet-offer.ts'
import { findDroplet } from './find-droplet.ts'
import { listDroplets } from './list-droplets.ts'
import { pickSize } from './pick-size.ts'
import { isOurs, toMachine } from './to-machine.ts'

const usualCallSeconds = 60

/**
 * Droplets of DigitalOcean. An id is the droplet's number; a droplet is ours by its tags and its name. Throws `refused` for a token and
 * `bad-input` for an installation id that cannot be used. Its `effect` is called after every change that was asked for.
 */
export function digitaloceanProvider(options: DigitalOceanOptions): Provider {
  const { installationId, addressKind, clock, effect, log } = options
  if (!isTagId(installationId)) throw new Problem('bad-input', `not an installation id: ${JSON.stringify(installationId)}`)
  const { timing = systemTiming, callSeconds = usualCallSeconds } = options
  const api = new ApiClient({ ...options, timing, callSeconds })
  const room = new AccountRoom(api, clock, log)
  const offer = new DropletOffer(api, clock, options.image)
  const maker: Maker = { api, options, room, offer, effect, namesAsked: new Set() }
  const isItOurs = (droplet: SeenDroplet) => isOurs(droplet, installationId)
  const warnOf = warnOnce(options)
  return {
    name: 'digitalocean',
    reachedBy: 'ssh',
    create: (name, boot) => createDroplet(maker, name, boot),
    list: async () => {
      const droplets = await listDroplets(api, installationTag(installationId))
      for (const droplet of droplets) if (!isItOurs(droplet)) warnOf(droplet)
      return droplets.filter(isItOurs).map(droplet => toMachine(droplet, addressKind))
    },
    find: async machineId => {
      try {
        const found = await findDroplet(api, machineId, 'last look')
        if (found === 'gone') return 'gone'
        if (isItOurs(found)) return toMachine(found, addressKind)
        warnOf(found)
        return 'unknown'
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        log.warn('a droplet could not be looked at', { machine: machineId, why: describeError(error) })
        return 'unknown'
      }
    },
    destroy: async machineId => {
      const answer = await destroyDroplet({ api, isOurs: isItOurs, effect }, machineId)
      if (answer === 'gone') room.forget()
      return answer
    },
    quote: async need => {
      const [sizes, image] = [await offer.sizes(), await offer.image()]
      const { sizes: allowed, regions, diskReserveBytes } = options
      return pickSize(need, {
        ...{ sizes, image, allowed, regions, diskReserveBytes },
        isShort: (size, region) => offer.isShort(size, region),
      })
    },
  }
}

/** Somebody renamed it, took its tags, or made it from one of ours: it is told of once. */
function warnOnce({ log }: DigitalOceanOptions): (droplet: SeenDroplet) => void {
  const told = new Set<string>()
  return ({ id, name }) => {
    if (told.has(id)) return
    told.add(id)
    log.warn('a droplet has not all the tags and the name that make it ours; it is left alone', {
      machine: id,
      name,
    })
  }
}
