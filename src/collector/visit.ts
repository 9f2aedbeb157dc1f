import { atOnce } from '../core/at-once.ts'
import { describeError, Problem } from '../core/problem.ts'
import type { MachineToPeekAt, RemovalReport, SourcesToRemove } from '../api/collections.ts'
import { oneAtATime } from '../transfer/collect/one-at-a-time.ts'
import type { StoredDelivery } from '../transfer/collector.ts'
import type { CollectorParts } from './collector-parts.ts'
import { toPlace, type DaemonTalk } from './daemon-talk.ts'
import { mayTransfer } from './transfer-window.ts'
import { endOpen, type Transfers } from './transfers.ts'

/** How it is done. */
export interface VisitLimits {
  /** Machines that are looked at, or whose sources are removed, at the same time. */
  atOnce: number
  /** Machines are looked at no more often than this. */
  lookSeconds: number
  /** Hours of the day (UTC) in which transfers may begin; undefined: always. */
  window: string | undefined
}

/** What one visit to the daemon came to. */
export interface Visited {
  /** Transfers that were taken on. */
  claimed: number
  /** Deliveries reported that an earlier life had stored. */
  reported: number
  removed: number
  links: number
  /** What lies in the library was told to a restored ledger. */
  toldLibrary: boolean
  /** Transfers may begin now. */
  inWindow: boolean
}

/** Goes to the daemon, tells it how things stand, does what it wants and takes on transfers. */
export interface Visitor {
  visit(): Promise<Visited>
  /** The looks at machines that the last visit began have ended: one that nobody can reach must not hold up the rest. */
  looked(): Promise<void>
  /** Says only how things stand, so that claims are renewed while a transfer takes long. */
  beat(): Promise<void>
}

/** Makes a visitor. Throws what kept it from the daemon; the next visit goes on from there. */
export function makeVisitor(parts: CollectorParts, transfers: Transfers, limits: VisitLimits): Visitor {
  const oneByOne = oneAtATime()
  let lookedAtMs = -Infinity
  let looking: Promise<void> | undefined
  // What is claimed must not be missing in a standing that is under way: it would be freed again.
  const standing = () =>
    oneByOne('claims', async () => {
      const reply = await parts.daemon.standing({ freeBytes: await parts.collector.freeBytes(), holds: transfers.holds() })
      transfers.leave(reply.lost)
      return reply
    })
  return {
    looked: async () => looking,
    beat: async () => void (await standing()),
    visit: async () => {
      const { epoch, wantsStored } = await standing()
      if (wantsStored) await tellLibrary(parts, epoch)
      const reported = await tellOpen(parts, transfers)
      const wanted = await parts.daemon.wanted()
      const removed = await removeSources(parts, wanted.removals, limits.atOnce)
      await makeLinks(parts, wanted)
      const nowMs = parts.clock().getTime()
      if (looking === undefined && nowMs - lookedAtMs >= limits.lookSeconds * 1000) {
        lookedAtMs = nowMs
        looking = lookAtMachines(parts, wanted.peeks, limits.atOnce).finally(() => (looking = undefined))
      }
      const inWindow = mayTransfer(limits.window, parts.clock())
      const claimed = inWindow ? await oneByOne('claims', () => takeOn(parts, transfers)) : 0
      return { claimed, reported, removed, links: wanted.links.length, toldLibrary: wantsStored, inWindow }
    },
  }
}

async function takeOn({ daemon }: CollectorParts, transfers: Transfers): Promise<number> {
  if (transfers.room === 0) return 0
  const handedOut = await daemon.claim(transfers.room)
  transfers.take(handedOut)
  return handedOut.length
}

/** What an earlier life had begun, or could not tell of. */
async function tellOpen(parts: CollectorParts, transfers: Transfers): Promise<number> {
  let reported = 0
  for (const note of await parts.open.all()) if (!transfers.isWorkedOn(note) && (await endOpen(parts, note))) reported += 1
  return reported
}

/** A page of reports: as many deliveries, or so many files of theirs. */
const pageDeliveries = 200
const pageFiles = 20_000

async function tellLibrary(parts: CollectorParts, epoch: number): Promise<void> {
  let page: StoredDelivery[] = []
  let files = 0
  let count = 0
  const send = async (isLast: boolean): Promise<void> => {
    const { refused } = await parts.daemon.inLibrary(epoch, page, isLast)
    for (const { deliveryId, why } of refused)
      parts.log.warn('the daemon does not take this receipt', { delivery: deliveryId, why })
    page = []
    files = 0
  }
  for await (const stored of parts.collector.stored()) {
    if (page.length > 0 && (page.length >= pageDeliveries || files + stored.proved.manifest.length > pageFiles)) await send(false)
    page.push(stored)
    files += stored.proved.manifest.length
    count += 1
  }
  await send(true)
  parts.log.say('told the restored ledger what lies in the library', { deliveries: count })
}

async function removeSources(parts: CollectorParts, wanted: readonly SourcesToRemove[], most: number): Promise<number> {
  const outcomes = await atOnce(wanted, most, async one => {
    const outcome = await removeOne(parts, one)
    parts.effect('collect: sources dealt with')
    await parts.daemon.removing(one, outcome)
    return outcome
  })
  return outcomes.filter(({ kind }) => kind === 'removed').length
}

async function removeOne(parts: CollectorParts, { place, runAccession: run }: SourcesToRemove): Promise<RemovalReport> {
  try {
    const removed = await parts.collector.remove(toPlace(place), run)
    if (removed.kind === 'left') parts.log.warn('a surplus copy stays until its machine goes', { run, why: removed.why })
    return removed
  } catch (error) {
    parts.log.warn('sources could not be removed yet', { run, why: describeError(error) })
    return { kind: 'failed', why: describeError(error) }
  }
}

type Wanted = Awaited<ReturnType<DaemonTalk['wanted']>>

async function makeLinks(parts: CollectorParts, { links, clearings }: Wanted): Promise<void> {
  const made: Parameters<DaemonTalk['done']>[0]['links'] = []
  for (const { taxId, relativePath, ...link } of links) {
    const outcome = await parts.collector.link({ ...link, taxIds: [taxId], manifestSha256: undefined }, relativePath).then(
      () => 'made' as const,
      (error: unknown) => {
        if (error instanceof Problem && error.code === 'not-found') return 'nothing-there' as const
        parts.log.warn('a link could not be made', { taxId, run: link.runAccession, why: describeError(error) })
        return undefined
      },
    )
    if (outcome !== undefined) made.push({ taxId, runAccession: link.runAccession, deliveryId: link.deliveryId, outcome })
  }
  for (const attemptId of clearings) {
    await parts.collector.clearIncoming(attemptId)
    parts.effect('collect: incoming cleared')
  }
  if (made.length > 0 || clearings.length > 0) await parts.daemon.done({ links: made, cleared: clearings })
}

async function lookAtMachines(parts: CollectorParts, wanted: readonly MachineToPeekAt[], most: number): Promise<void> {
  const looks = atOnce(wanted, most, async one => {
    const result = await parts.collector.peek(toPlace(one.place), one.unheard).catch((error: unknown) => {
      parts.log.warn('a machine could not be looked at', { attempt: one.place.attemptId, why: describeError(error) })
      return { kind: 'unreachable' as const, why: describeError(error) }
    })
    await parts.daemon.peeked(one, result)
  })
  // They are wanted again at the next visit.
  await looks.catch((error: unknown) => parts.log.warn('a look could not be told', { why: describeError(error) }))
}
