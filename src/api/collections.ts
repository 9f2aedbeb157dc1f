import * as v from 'valibot'
import { closingSchema, sha256Schema, standingSchema } from './closing.ts'
import { endpoint } from './endpoint.ts'
import { nothing } from './wire-values.ts'

/*
 * What `microfetch collect`, on a host of its own, and the daemon tell each other. Every request carries `authorization: Bearer
 * <collector's token>`; that token opens nothing else. The daemon is asked, and never asks: nothing connects to the collector.
 * Each report states a fact, may be sent again, and is on disk when it is answered. Answers: 200 · 401 not the collector's token ·
 * 403 no remote collector is set here · 413 too large · 503 the daemon begins.
 */

/** The most that one answer or report lists of each kind. */
export const mostListed = 500

/** Bytes that one report may have: the longest manifest, or a page of closing documents. */
export const mostReportBytes = 32 * 1024 * 1024

const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "a collector's name is of letters, digits, dots and hyphens"),
)
const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/))
const accession = v.pipe(v.string(), v.regex(/^[ESD]RR\d{6,20}$/))
const shortText = v.pipe(v.string(), v.maxLength(500))
const why = v.pipe(v.string(), v.maxLength(4000))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const instant = v.pipe(v.string(), v.isoTimestamp())

const placeSchema = v.object({
  attemptId: id,
  machineId: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  address: v.pipe(v.string(), v.minLength(1), v.maxLength(4000)),
  /** The machine's ssh host key; null for a folder of the collector's own computer. */
  hostKey: v.nullable(v.pipe(v.string(), v.maxLength(200))),
})

const runToCollect = v.object({
  runAccession: accession,
  deliveryId: id,
  revision: shortText,
  recipe: shortText,
  recipeIdentity: shortText,
  taxIds: v.array(v.number()),
  manifestSha256: v.nullable(sha256Schema),
  /** Transfers that failed before. A report names it, so that one which comes twice counts once. */
  failures: count,
})

/** An attempt that is the collector's until `until`, with the runs that are to be brought home from it now. */
const claimedAttempt = v.object({ place: placeSchema, until: instant, runs: v.array(runToCollect) })
export type ClaimedAttempt = v.InferOutput<typeof claimedAttempt>

const sourcesToRemove = v.object({ place: placeSchema, runAccession: accession, failures: count })
export type SourcesToRemove = v.InferOutput<typeof sourcesToRemove>

const machineToPeekAt = v.object({ place: placeSchema, unheard: v.array(accession) })
export type MachineToPeekAt = v.InferOutput<typeof machineToPeekAt>

const linkToMake = v.object({
  taxId: v.number(),
  runAccession: accession,
  deliveryId: id,
  revision: shortText,
  recipe: shortText,
  recipeIdentity: shortText,
  relativePath: shortText,
})

/** How the collector stands: said when it begins, and again and again while it works. The attempts it does not name are free again. */
export const tellStanding = endpoint({
  method: 'POST',
  path: '/api/collections/standing',
  query: nothing,
  body: v.object({
    collector: name,
    /** Made with the library: two libraries under one name are refused. */
    libraryId: id,
    version: shortText,
    /** Bytes that the library can take: free on its disk, and left of its quota. */
    freeBytes: count,
    /** Attempts that it works on; their claims are renewed. */
    holds: v.pipe(v.array(id), v.maxLength(mostListed)),
  }),
  reply: v.object({
    epoch: count,
    /** The ledger was restored: everything that lies in the library is to be reported. */
    wantsStored: v.boolean(),
    leaseSeconds: v.number(),
    /** Of the attempts it named, those that are another collector's by now. */
    lost: v.array(id),
  }),
  form: 'document',
})

/** What is wanted of a collector besides transfers. */
export const listWanted = endpoint({
  method: 'GET',
  path: '/api/collections',
  query: v.object({ collector: name }),
  body: nothing,
  reply: v.object({
    removals: v.array(sourcesToRemove),
    peeks: v.array(machineToPeekAt),
    links: v.array(linkToMake),
    /** Ended attempts: what transfers of theirs left half-way is to be cleared. */
    clearings: v.array(id),
  }),
  form: 'document',
})

/** Takes attempts that nobody else works on, at most so many, and says what to bring home from them. */
export const claimAttempts = endpoint({
  method: 'POST',
  path: '/api/collections/claim',
  query: nothing,
  body: v.object({ collector: name, atMost: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)) }),
  reply: v.object({ attempts: v.array(claimedAttempt) }),
  form: 'document',
})

const storedDelivery = v.object({
  runAccession: accession,
  deliveryId: id,
  /** The attempt whose copy it is. */
  attemptId: id,
  revision: shortText,
  recipe: shortText,
  recipeIdentity: shortText,
  storedAt: instant,
  relativePath: shortText,
  manifest: v.array(v.object({ path: v.pipe(v.string(), v.maxLength(4000)), bytes: count, sha256: sha256Schema })),
  versions: v.record(v.string(), v.pipe(v.string(), v.maxLength(500))),
})
export type StoredReport = v.InferOutput<typeof storedDelivery>

/** Tells of a delivery that is stored and proved, as a transfer for this attempt. `refused`: it is not what was announced, so nothing may be removed. */
export const reportReceipt = endpoint({
  method: 'POST',
  path: '/api/collections/receipts',
  query: nothing,
  body: v.object({ collector: name, attemptId: id, stored: storedDelivery }),
  reply: v.object({ heard: v.picklist(['noted', 'refused', 'not-wanted']), why }),
  form: 'document',
})

const whichRun = { collector: name, attemptId: id, runAccession: accession, failures: count }

const failure = v.variant('kind', [
  v.object({ kind: v.literal('not-yet') }),
  v.object({ kind: v.literal('no-space'), neededFreeBytes: v.nullable(count), why }),
  v.object({ kind: v.literal('failed'), temporary: v.boolean(), why }),
])
export type FailureReport = v.InferOutput<typeof failure>

/** Tells of a transfer that did not come to its end. */
export const reportFailure = endpoint({
  method: 'POST',
  path: '/api/collections/failures',
  query: nothing,
  body: v.object({ ...whichRun, outcome: failure }),
  reply: v.object({ heard: v.picklist(['noted', 'not-wanted']) }),
  form: 'document',
})

const removal = v.variant('kind', [
  v.object({ kind: v.literal('removed') }),
  v.object({ kind: v.literal('left'), why }),
  v.object({ kind: v.literal('failed'), why }),
])
export type RemovalReport = v.InferOutput<typeof removal>

/** Tells what became of sources that were to be removed. */
export const reportRemoval = endpoint({
  method: 'POST',
  path: '/api/collections/removed',
  query: nothing,
  body: v.object({ ...whichRun, outcome: removal }),
  reply: v.object({ heard: v.picklist(['noted', 'not-wanted']) }),
  form: 'document',
})

const handedOver = v.object({ runAccession: accession, outcome: v.literal('done'), manifestSha256: sha256Schema })
const peek = v.variant('kind', [
  v.object({
    kind: v.literal('read'),
    standing: v.nullable(standingSchema),
    closing: v.nullable(closingSchema),
    handedOver: v.pipe(v.array(handedOver), v.maxLength(mostListed)),
  }),
  v.object({ kind: v.literal('unreachable'), why }),
])
export type PeekReport = v.InferOutput<typeof peek>

/** Tells what a machine says of itself, as it was read there. */
export const reportPeek = endpoint({
  method: 'POST',
  path: '/api/collections/peeks',
  query: nothing,
  body: v.object({ collector: name, attemptId: id, machineId: shortText, unheard: v.array(accession), peek }),
  reply: v.object({ heard: v.picklist(['noted', 'not-wanted']) }),
  form: 'document',
})

/** A page of what lies in the library, for a restored ledger; with `isLast`, all of this epoch has been told. */
export const reportStored = endpoint({
  method: 'POST',
  path: '/api/collections/stored',
  query: nothing,
  body: v.object({
    collector: name,
    epoch: count,
    deliveries: v.pipe(v.array(storedDelivery), v.maxLength(mostListed)),
    isLast: v.boolean(),
  }),
  reply: v.object({ heard: v.picklist(['noted', 'not-wanted']), refused: v.array(v.object({ deliveryId: id, why })) }),
  form: 'document',
})

/** Tells which links were made (or lead to nothing in the library) and which half-way transfers were cleared. */
export const reportDone = endpoint({
  method: 'POST',
  path: '/api/collections/done',
  query: nothing,
  body: v.object({
    collector: name,
    links: v.pipe(
      v.array(
        v.object({ taxId: v.number(), runAccession: accession, deliveryId: id, outcome: v.picklist(['made', 'nothing-there']) }),
      ),
      v.maxLength(mostListed),
    ),
    cleared: v.pipe(v.array(id), v.maxLength(mostListed)),
  }),
  reply: v.object({ heard: v.literal('noted') }),
  form: 'document',
})
