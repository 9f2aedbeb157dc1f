import { waitAfter } from '../../../core/backoff.ts'
import type { AttemptPlace, Collected, Proved, Removed, ToCollect } from '../../../transfer/collector.ts'
import { Problem, describeError } from '../../../core/problem.ts'
import type { Deps } from '../../deps.ts'
import { noteCollectFailure, noteRemoved } from '../../ledger/attempt-runs.ts'
import { collectedOf, forgetFact, forgetLinkFact } from '../../ledger/collection-facts.ts'
import { closeAttention, installationCauses, openAttention } from '../../ledger/attention.ts'
import type { Tx } from '../../ledger/ledger.ts'
import { forgetLibraryNeed, noteLibraryNeed } from '../../ledger/library-need.ts'
import { forgetLink } from '../../ledger/links-owed.ts'
import { acknowledgeReceipt, taxaOfDelivery } from '../../ledger/receipts.ts'
import type { Action, Announced, LinkToMake } from './plan.ts'

const byWhom = 'collect'

/** Waits between tries of one transfer, in seconds. */
const firstWaitSeconds = 30
const longestWaitSeconds = 3600

/** The wait for space that cannot be counted, in seconds. */
const unseenWaitSeconds = 600

/**
 * Does one action. Order: stored and proved, acknowledged in the ledger, and only then removed by a later action. What a collector
 * elsewhere has not told of yet is no failure: it is asked again in the next pass.
 */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const isElsewhere = deps.collector.heardAt !== undefined
  try {
    await applyOne(action, deps, isElsewhere)
  } catch (error) {
    if (isElsewhere && error instanceof Problem && error.code === 'slow-down') return
    throw error
  }
}

async function applyOne(action: Action, deps: Deps, isElsewhere: boolean): Promise<void> {
  const at = deps.clock()
  switch (action.kind) {
    case 'collect':
      return collectOne(action, deps, at, isElsewhere)
    case 'remove':
      return removeOne(action, deps, at)
    case 'link':
      return linkOne(action, deps)
    case 'library-full': {
      const evidence = `${action.freeBytes} bytes are free for the library, ${deps.policy.libraryReserveBytes} are kept`
      await deps.ledger.write(tx => openLibraryFull(tx, evidence, at))
      return
    }
    case 'library-has-space':
      return deps.ledger.write(async tx => {
        await forgetLibraryNeed(tx)
        await closeAttention(tx, libraryFull, { at, resolution: 'there is space again', byWhom })
      })
    case 'collector-silent':
      return openSilence(action.heardAtMs, deps, at)
    case 'collector-heard':
      await deps.ledger.write(tx =>
        closeAttention(tx, silenceOf(deps), { at, resolution: 'the collector was heard again', byWhom }),
      )
      return
  }
}

const libraryFull = { subject: 'installation', subjectId: 'installation', cause: 'library-full' } as const

async function openLibraryFull(tx: Tx, evidence: string, at: Date): Promise<void> {
  const tried = 'nothing: collection and new workers wait until there is space'
  await openAttention(tx, { ...libraryFull, evidence, tried }, at, byWhom)
}

function silenceOf({ collector }: Deps) {
  return { subject: 'collector', subjectId: collector.name, cause: 'collector-silent' } as const
}

async function openSilence(heardAtMs: number | undefined, deps: Deps, at: Date): Promise<void> {
  const since = heardAtMs === undefined ? 'no collector was ever heard' : `last heard at ${new Date(heardAtMs).toISOString()}`
  const evidence = `${since}: is "microfetch collect" at work on its host, and may it reach this daemon?`
  const tried = 'nothing: new workers wait until it is heard; those that have finished are kept with their results'
  const isNew = await deps.ledger.write(tx => openAttention(tx, { ...silenceOf(deps), evidence, tried }, at, byWhom))
  if (isNew) deps.log.warn('the collector is silent', { since })
}

function placeOf({ attemptId, machineId, address, hostKey }: AttemptPlace): AttemptPlace {
  return { attemptId, machineId, address, hostKey }
}

/** What is left behind differs from what lies in the library: a surplus copy, which goes with its machine. */
async function removeOne(action: Extract<Action, { kind: 'remove' }>, deps: Deps, at: Date): Promise<void> {
  const removed = await tryToRemove(action, deps)
  deps.effect('sources removed')
  const { attemptId, runAccession: run } = action
  if (removed.kind === 'failed') {
    const nextAt = new Date(at.getTime() + waitAfter(action.failures + 1, firstWaitSeconds, longestWaitSeconds) * 1000)
    const why = `its sources could not be removed: ${removed.why}`
    await deps.ledger.write(async tx => {
      await noteCollectFailure(tx, action, { why, nextAt })
      await forgetFact(tx, action, 'remove')
    })
    deps.log.warn('sources could not be removed yet', { run, why: removed.why })
    return
  }
  if (removed.kind === 'left') deps.log.warn('a surplus copy stays until its machine goes', { run, why: removed.why })
  await deps.ledger.write(async tx => {
    await noteRemoved(tx, attemptId, run, at)
    await forgetFact(tx, action, 'remove')
  })
}

/** What cannot be removed, however often it is tried, is left: all of it is proved at home or surplus, and the machine goes its way. */
async function tryToRemove(
  action: Extract<Action, { kind: 'remove' }>,
  deps: Deps,
): Promise<Removed | { kind: 'failed'; why: string }> {
  try {
    return await deps.collector.remove(placeOf(action), action.runAccession)
  } catch (error) {
    if (deps.collector.heardAt !== undefined && error instanceof Problem && error.code === 'slow-down') throw error
    const isLast = action.failures + 1 >= deps.policy.maxCollectFailures
    return { kind: isLast ? 'left' : 'failed', why: describeError(error) }
  }
}

async function linkOne(link: LinkToMake, deps: Deps): Promise<void> {
  const { taxId, runAccession, deliveryId, recipe, recipeIdentity, revision, relativePath } = link
  const run = { runAccession, deliveryId, recipe, recipeIdentity, revision, taxIds: [taxId], manifestSha256: undefined }
  await deps.collector.link(run, relativePath).catch((error: unknown) => {
    // Somebody took it out of the library: there is nothing to lead to.
    if (!(error instanceof Problem) || error.code !== 'not-found') throw error
    deps.log.warn('a delivery is no longer in the library', { taxId, run: runAccession, path: relativePath })
  })
  deps.effect('taxon linked')
  await deps.ledger.write(async tx => {
    await forgetLink(tx, link)
    await forgetLinkFact(tx, link)
  })
}

async function collectOne(run: Announced, deps: Deps, at: Date, isElsewhere: boolean): Promise<void> {
  // Another run of this pass had no room: everything waits, but for what was done elsewhere already.
  if (!isElsewhere && (await installationCauses(deps.ledger.read)).includes('library-full')) return
  const { runAccession, deliveryId, recipe, recipeIdentity, revision, manifestSha256 } = run
  const taxIds = await taxaOfDelivery(deps.ledger.read, deliveryId)
  const wanted: ToCollect = { runAccession, deliveryId, recipe, recipeIdentity, revision, taxIds, manifestSha256 }
  const collected = await deps.collector.collect(placeOf(run), wanted)
  deps.effect('results stored')
  if (collected.kind === 'no-space') return noteNoSpace(run, collected, deps, at)
  if (collected.kind !== 'proved') return noteFailure(run, collected, deps, at)
  await acknowledge(run, collected.proved, taxIds, deps, at)
}

async function acknowledge(run: Announced, proved: Proved, taxIds: number[], deps: Deps, at: Date): Promise<void> {
  // A report says whose library it is.
  const reported = await collectedOf(deps.ledger.read, run)
  const receipt = {
    id: deps.newId(),
    deliveryId: run.deliveryId,
    attemptId: run.attemptId,
    runAccession: run.runAccession,
    collector: reported?.collector ?? deps.collector.name,
    relativePath: proved.relativePath,
    manifest: proved.manifest,
    versions: proved.versions,
  }
  const cause = { at, why: `${proved.manifest.length} files proved at home`, byWhom, taxId: taxIds[0] ?? null }
  await deps.ledger.write(async tx => {
    await acknowledgeReceipt(tx, receipt, cause)
    await forgetFact(tx, run, 'collect')
  })
  deps.log.say('delivered', { taxId: taxIds[0] ?? null, run: run.runAccession, path: proved.relativePath })
}

/** No fault of the run, and nobody's but the library's: it counts as no failure, and everything waits until this run fits. */
async function noteNoSpace(
  run: Announced,
  { neededFreeBytes, why }: Extract<Collected, { kind: 'no-space' }>,
  deps: Deps,
  at: Date,
): Promise<void> {
  const { attemptId, runAccession } = run
  const freeBytes = neededFreeBytes ?? 0
  // Where the free bytes do not show what is missing (a quota, a disk that others fill as well), time must.
  const isShown = freeBytes > (await deps.collector.freeBytes())
  const notBefore = new Date(at.getTime() + (isShown ? 0 : unseenWaitSeconds * 1000)).toISOString()
  await deps.ledger.write(async tx => {
    await noteLibraryNeed(tx, { attemptId, runAccession, freeBytes, notBefore })
    await forgetFact(tx, run, 'collect')
    await openLibraryFull(tx, `${runAccession}: ${why}`, at)
  })
  deps.log.warn('the library has no room', { taxId: run.chargedTaxId, run: runAccession, why })
}

/** Nothing was removed. Another try later; after too many, or where no try can help, a person is asked. */
async function noteFailure(
  run: Announced,
  collected: Exclude<Collected, { kind: 'proved' | 'no-space' }>,
  deps: Deps,
  at: Date,
): Promise<void> {
  const failures = run.collectFailures + 1
  const why = collected.kind === 'failed' ? collected.why : 'its results were announced, but are not there'
  const nextAt = new Date(at.getTime() + waitAfter(failures, firstWaitSeconds, longestWaitSeconds) * 1000)
  const asksPerson =
    failures >= deps.policy.maxCollectFailures || (collected.kind === 'failed' && !collected.temporary && failures > 1)
  const taxIds = await taxaOfDelivery(deps.ledger.read, run.deliveryId)
  await deps.ledger.write(async tx => {
    await noteCollectFailure(tx, run, { why, nextAt })
    await forgetFact(tx, run, 'collect')
    if (!asksPerson) return
    // It may be that no taxon accepts the run any more; it was begun for one, and that one is asked about.
    const subjectId = String(taxIds[0] ?? run.chargedTaxId)
    const need = {
      subject: 'taxon' as const,
      subjectId,
      cause: 'collect-failed',
      evidence: `COLLECT_VERIFY ${run.runAccession}: ${why}`,
      tried: `${failures} transfers`,
    }
    await openAttention(tx, need, at, byWhom)
  })
  deps.log.warn('a transfer failed', { taxId: taxIds[0] ?? run.chargedTaxId, run: run.runAccession, why })
}
