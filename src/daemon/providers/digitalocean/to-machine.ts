import type { Machine } from '../provider.ts'
import type { SeenDroplet } from './answer-schemas.ts'
import { isDropletName, readMarks } from './droplet-marks.ts'
import { parsePrice } from './parse-price.ts'

/** Whether a droplet is one of this installation: by our tags and by our name, for people copy tags and names are not unique. */
export function isOurs(droplet: SeenDroplet, installationId: string): boolean {
  const marks = readMarks(droplet.tags)
  const isOfInstallation = marks.installationId?.toLowerCase() === installationId.toLowerCase()
  return marks.isMicrofetch && isOfInstallation && isDropletName(droplet.name)
}

/** A droplet as a machine. An active droplet may have no address yet; `addressKind` says which of its addresses is used. */
export function toMachine(droplet: SeenDroplet, addressKind: 'public' | 'private'): Machine {
  const { attemptId, keep } = readMarks(droplet.tags)
  return {
    id: droplet.id,
    name: droplet.name,
    attemptId,
    status: statusOf(droplet.status),
    // By its type: the order of the addresses says nothing.
    address: droplet.networks.v4.find(network => network.type === addressKind)?.ip_address,
    createdAt: droplet.created_at,
    keep,
    price: parsePrice(droplet.size.price_hourly),
  }
}

/** A word that the API did not have in 2026 is no reason to believe that nothing runs there. */
function statusOf(status: string): Machine['status'] {
  if (status === 'new') return 'new'
  return status === 'off' || status === 'archive' ? 'off' : 'active'
}
