import type { Client } from '../api/client.ts'
import {
  claimAttempts,
  listWanted,
  reportDone,
  reportFailure,
  reportPeek,
  reportReceipt,
  reportRemoval,
  reportStored,
  tellStanding,
  type ClaimedAttempt,
  type FailureReport,
  type MachineToPeekAt,
  type RemovalReport,
  type SourcesToRemove,
  type StoredReport,
} from '../api/collections.ts'
import type { ReplyTo } from '../api/client.ts'
import type { EffectPoint } from '../core/effect-point.ts'
import type { AttemptPlace, PeekResult, StoredDelivery, ToCollect } from '../transfer/collector.ts'

/** A run that was handed out, as the library's collector takes it. */
export interface HandedOut {
  place: AttemptPlace
  run: ToCollect
  failures: number
}

/** What a collector asks of its daemon and tells it, under its own name. Every one may be told again. */
export interface DaemonTalk {
  standing(said: { freeBytes: number; holds: string[] }): Promise<ReplyTo<typeof tellStanding>>
  wanted(): Promise<ReplyTo<typeof listWanted>>
  claim(atMost: number): Promise<HandedOut[]>
  stored(attemptId: string, stored: StoredDelivery): Promise<ReplyTo<typeof reportReceipt>>
  failed(attemptId: string, runAccession: string, failures: number, outcome: FailureReport): Promise<void>
  removing(one: SourcesToRemove, outcome: RemovalReport): Promise<void>
  peeked(one: MachineToPeekAt, result: PeekResult): Promise<void>
  inLibrary(epoch: number, deliveries: StoredDelivery[], isLast: boolean): Promise<ReplyTo<typeof reportStored>>
  done(done: { links: Done['links']; cleared: string[] }): Promise<void>
}

type Done = { links: { taxId: number; runAccession: string; deliveryId: string; outcome: 'made' | 'nothing-there' }[] }

/** Who the collector is. */
export interface Identity {
  name: string
  libraryId: string
  /** Of this microfetch. */
  version: string
}

const mostWhy = 4000

/** Speaks through a client that has the collector's token. */
export function talkTo(client: Client, { name: collector, libraryId, version }: Identity, effect: EffectPoint): DaemonTalk {
  const after = <Reply>(what: string, reply: Reply): Reply => {
    effect(`collect: ${what}`)
    return reply
  }
  return {
    standing: async said =>
      after('standing told', await client.ask(tellStanding, { body: { collector, libraryId, version, ...said } })),
    wanted: () => client.ask(listWanted, { query: { collector } }),
    claim: async atMost => {
      const { attempts } = await client.ask(claimAttempts, { body: { collector, atMost } })
      return after('attempts claimed', attempts.flatMap(toHandedOut))
    },
    stored: async (attemptId, stored) =>
      after('receipt reported', await client.ask(reportReceipt, { body: { collector, attemptId, stored: toReport(stored) } })),
    failed: async (attemptId, runAccession, failures, outcome) => {
      await client.ask(reportFailure, { body: { collector, attemptId, runAccession, failures, outcome: shortened(outcome) } })
      after('failure reported', undefined)
    },
    removing: async ({ place, runAccession, failures }, outcome) => {
      const body = { collector, attemptId: place.attemptId, runAccession, failures, outcome: shortened(outcome) }
      await client.ask(reportRemoval, { body })
      after('removal reported', undefined)
    },
    peeked: async ({ place, unheard }, result) => {
      const { attemptId, machineId } = place
      await client.ask(reportPeek, { body: { collector, attemptId, machineId, unheard, peek: toPeekReport(result) } })
      after('look reported', undefined)
    },
    inLibrary: async (epoch, deliveries, isLast) => {
      const body = { collector, epoch, deliveries: deliveries.map(toReport), isLast }
      return after('library reported', await client.ask(reportStored, { body }))
    },
    done: async done => {
      await client.ask(reportDone, { body: { collector, ...done } })
      after('links reported', undefined)
    },
  }
}

function shortened<Outcome extends { kind: string }>(outcome: Outcome): Outcome {
  return 'why' in outcome && typeof outcome.why === 'string' ? { ...outcome, why: outcome.why.slice(0, mostWhy) } : outcome
}

/** A place as the transfer takes it. */
export function toPlace(place: ClaimedAttempt['place']): AttemptPlace {
  return { ...place, hostKey: place.hostKey ?? undefined }
}

function toHandedOut({ place, runs }: ClaimedAttempt): HandedOut[] {
  return runs.map(({ failures, manifestSha256, ...run }) => ({
    place: toPlace(place),
    run: { ...run, manifestSha256: manifestSha256 ?? undefined },
    failures,
  }))
}

function toReport({ proved, storedAt, ...stored }: StoredDelivery): StoredReport {
  return { ...stored, ...proved, storedAt: storedAt.toISOString() }
}

function toPeekReport(result: PeekResult) {
  if (result.kind === 'unreachable') return { kind: result.kind, why: result.why.slice(0, mostWhy) }
  const { standing, closing, handedOver } = result
  return { kind: 'read' as const, standing: standing ?? null, closing: closing ?? null, handedOver }
}
