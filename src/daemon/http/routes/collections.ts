import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  claimAttempts,
  listWanted,
  mostListed,
  mostReportBytes,
  reportDone,
  reportFailure,
  reportPeek,
  reportReceipt,
  reportRemoval,
  reportStored,
  tellStanding,
} from '../../../api/collections.ts'
import { replyOf } from '../../../api/problem-reply.ts'
import { Problem } from '../../../core/problem.ts'
import type { AttemptPlace } from '../../../transfer/collector.ts'
import { noteLink } from '../../ledger/collection-facts.ts'
import { hearFailure, hearPeek, hearReceipt, hearRemoval, hearStored } from '../../ledger/collection-reports.ts'
import { noteCleared, wantedClearings, wantedLinks, wantedPeeks, wantedRemovals } from '../../ledger/collection-wanted.ts'
import { claimAttempts as claim, claimSeconds, hearStanding, type Claimed } from '../../ledger/collections.ts'
import type { DoorParts } from '../door-parts.ts'
import { onlyCollector } from '../guards.ts'
import { route, type Route } from '../route.ts'

/** The part of a lease for which a machine's silence does not matter yet. */
const silentShare = 4

/** A collector's own routes: each says what is wanted of it, or stores what it reported; the stages act on that. */
export const collectionRoutes: readonly Route[] = [
  route(tellStanding, async ({ body, now }, parts) => {
    const heard = await parts.ledger.write(tx => hearStanding(tx, body, now))
    if (heard === 'namesake') {
      throw new Problem(
        'not-allowed',
        `another library goes by the name ${body.collector} and was heard a moment ago: give one of the two another name`,
      )
    }
    if (body.holds.length === 0) parts.wake()
    return { ...heard, leaseSeconds: claimSeconds }
  }),
  route(listWanted, async ({ query, now }, { ledger, policy }) => {
    const removals = await wantedRemovals(ledger.read, query.collector, now, mostListed)
    const peeks = await wantedPeeks(ledger.read, now, policy.leaseSeconds / silentShare, mostListed)
    return {
      removals: removals.map(one => ({ ...one, place: toWire(one.place) })),
      peeks: peeks.map(one => ({ ...one, place: toWire(one.place) })),
      links: await wantedLinks(ledger.read, mostListed),
      clearings: await wantedClearings(ledger.read, mostListed),
    }
  }),
  route(claimAttempts, async ({ body, now }, { ledger }) => {
    const claimed = await ledger.write(tx => claim(tx, body.collector, body.atMost, now))
    return { attempts: claimed.flatMap(toClaimed) }
  }),
  route(reportReceipt, async ({ body, now }, parts) =>
    heardBy(parts, await parts.ledger.write(tx => hearReceipt(tx, body, now))),
  ),
  route(reportFailure, async ({ body, now }, parts) =>
    heardBy(parts, { heard: await parts.ledger.write(tx => hearFailure(tx, body, body.outcome, now)) }),
  ),
  route(reportRemoval, async ({ body, now }, parts) =>
    heardBy(parts, { heard: await parts.ledger.write(tx => hearRemoval(tx, body, body.outcome, now)) }),
  ),
  route(reportPeek, async ({ body, now }, parts) =>
    heardBy(parts, { heard: await parts.ledger.write(tx => hearPeek(tx, body, body.peek, now)) }),
  ),
  route(reportStored, async ({ body }, parts) => {
    const heard = await parts.ledger.write(tx => hearStored(tx, body))
    return body.isLast ? heardBy(parts, heard) : heard
  }),
  route(reportDone, async ({ body }, parts) => {
    await parts.ledger.write(async tx => {
      for (const link of body.links) await noteLink(tx, link)
      await noteCleared(tx, body.cleared)
    })
    return heardBy(parts, { heard: 'noted' as const })
  }),
]

/** Puts the collector's routes on the door: by its own token alone, and with a bound of their own. */
export function mountCollectorRoutes(app: Hono, parts: DoorParts): void {
  const small = bodyLimit({
    maxSize: mostReportBytes,
    onError: context => context.json(replyOf(new Problem('bad-input', `more than ${mostReportBytes} bytes in one report`)), 413),
  })
  const guard = onlyCollector(parts.access)
  for (const { endpoint, handle } of collectionRoutes) {
    app.on(endpoint.method, endpoint.path, guard, small, context => handle(context, parts))
  }
}

/** What was noted is acted on soon. */
function heardBy<Reply extends { heard: string }>(parts: DoorParts, reply: Reply): Reply {
  if (reply.heard !== 'not-wanted') parts.wake()
  return reply
}

function toWire({ attemptId, machineId, address, hostKey }: AttemptPlace) {
  return { attemptId, machineId, address, hostKey: hostKey ?? null }
}

function toClaimed({ until, runs }: Claimed) {
  const [first] = runs
  if (first === undefined) return []
  const place = toWire(first)
  return [
    {
      place,
      until,
      runs: runs.map(run => ({
        runAccession: run.runAccession,
        deliveryId: run.deliveryId,
        revision: run.revision,
        recipe: run.recipe,
        recipeIdentity: run.recipeIdentity,
        taxIds: run.taxIds,
        manifestSha256: run.manifestSha256,
        failures: run.collectFailures,
      })),
    },
  ]
}
