import { createHash } from 'node:crypto'
import { diskPerByte } from '../../../core/packing.ts'
import { capReached } from '../../../core/budget.ts'
import { freeOfCharge } from '../../../core/cost.ts'
import type { HostKey } from '../../../core/host-key.ts'
import { Problem } from '../../../core/problem.ts'
import { recipeIdentity, type Keep } from '../../../core/recipe.ts'
import type { ReadFile } from '../../../core/run.ts'
import type { Assignment } from '../../../api/assignment.ts'
import type { AttemptFile } from '../../attempt-folders.ts'
import { buildAssignment, type RunToDo } from '../../build-assignment.ts'
import type { Deps } from '../../deps.ts'
import { closeAttention, openAttention } from '../../ledger/attention.ts'
import { openAttempt, type NewAttempt } from '../../ledger/attempts.ts'
import { batchToBegin, type BatchToBegin } from '../../ledger/batches.ts'
import { forecastOf, noteForecast } from '../../ledger/forecasts.ts'
import type { Tx } from '../../ledger/ledger.ts'
import { readBudget } from '../../ledger/read-budget.ts'
import { recordCreate } from '../../ledger/record-create.ts'
import { reserve } from '../../ledger/reservations.ts'
import { liveWorkers } from '../../ledger/workers.ts'
import type { MachineNeed } from '../../providers/provider.ts'
import type { Action, Offer, Terms } from './plan.ts'
import { reserveMore } from './reserve-more.ts'

const byWhom = 'provision'

/** What an attempt is begun with. */
interface Begin {
  attempt: NewAttempt
  assignment: Assignment
  token: string
  /** Made for this attempt alone; only its public part is kept. */
  hostKey: HostKey | undefined
  begin: BatchToBegin
}

/** Does one action. */
export async function apply(action: Action, deps: Deps): Promise<void> {
  const at = deps.clock()
  switch (action.kind) {
    case 'begin':
      return begin(action, deps)
    case 'reserve-anew':
      return reserveMore(action.exhausted, deps, at)
    case 'tell': {
      const isNews = await deps.ledger.write(tx => openAttention(tx, action.need, at, byWhom))
      if (isNews) deps.log.warn('money or a size stands in the way', { cause: action.need.cause, why: action.need.evidence })
      return
    }
    case 'told-enough': {
      const { told, resolution } = action
      await deps.ledger.write(tx => closeAttention(tx, told, { at, resolution, byWhom }))
      return
    }
    case 'capacity-back': {
      const which = { subject: 'installation', subjectId: 'installation', cause: 'no-capacity' } as const
      const how = { at, resolution: 'no batch waits any more that there was no machine for', byWhom }
      await deps.ledger.write(tx => closeAttention(tx, which, how))
      return
    }
  }
}

type BeginAction = Extract<Action, { kind: 'begin' }>

/**
 * Begins one batch: the intent is committed together with the money that is set aside for it, then the attempt's folder is written, then
 * the provider is asked, once in the worker's life. Whatever is lost after the intent is found again by the attempt's tag.
 */
async function begin(action: BeginAction, deps: Deps): Promise<void> {
  const found = await batchToBegin(deps.ledger.read, action.batchId)
  if (found === undefined || found.runs.length === 0) return
  const offer = action.terms?.offer
  const made = prepare(action, found, offer, deps)
  const at = deps.clock()
  const forecast = await forecastOf(deps.ledger.read, found, offer?.price ?? freeOfCharge)
  const isIntended = await deps.ledger.write(async tx => {
    const isOpen = await intend(tx, action, made, deps, at)
    if (isOpen) await noteForecast(tx, action.attemptId, forecast, at)
    return isOpen
  })
  if (!isIntended) return
  await deps.attemptFolders.write(toAttemptFile(made, deps, at))
  deps.effect('attempt folder written')
  const outcome = await deps.provider.create(made.attempt.workerName, {
    attemptId: action.attemptId,
    token: made.token,
    serverUrl: deps.boot.serverUrl,
    ...needOf(found),
    quote: offer,
    hostKey: made.hostKey,
    // So long its money is set aside: beyond, whoever sweeps without a ledger may ask why it is there.
    expiresAt: new Date(made.attempt.deadlineAt.getTime() + (offer === undefined ? 0 : deps.spend.collectionSeconds * 1000)),
    assignment: made.assignment,
  })
  deps.effect('machine asked for')
  await deps.ledger.write(tx =>
    recordCreate(tx, action.attemptId, outcome, { at: deps.clock(), maxAttempts: deps.policy.maxAttempts }),
  )
  deps.log.say('worker asked for', {
    taxId: found.batch.charged_tax_id,
    worker: made.attempt.workerName,
    batch: found.batch.name,
    outcome: outcome.kind,
  })
}

/** The intent, in one transaction: false when the batch, the room or the money is no longer as it was seen. */
async function intend(tx: Tx, { batchId, terms }: BeginAction, made: Begin, deps: Deps, at: Date): Promise<boolean> {
  // The room may be taken since it was seen: a machine that was gone came back.
  if ((await liveWorkers(tx)).length >= deps.policy.maxWorkers) return false
  const { attempt, begin } = made
  const taxId = begin.batch.charged_tax_id
  if (terms !== undefined && !(await isWithinCaps(tx, terms, taxId, deps, at))) return false
  const cause = { at, why: `attempt ${attempt.number}`, byWhom, taxId }
  if (!(await openAttempt(tx, batchId, attempt, cause))) return false
  if (terms !== undefined) {
    const { offer, reserve: microdollars } = terms
    const { price, size } = offer
    await reserve(tx, { attemptId: attempt.id, chargedTaxId: taxId, microdollars, price, size }, at)
  }
  return true
}

async function isWithinCaps(tx: Tx, terms: Terms, taxId: number, { spend }: Deps, at: Date): Promise<boolean> {
  const wish = { taxId, microdollars: terms.reserve }
  return capReached(await readBudget(tx, at), wish, spend, terms.taxonCap) === undefined
}

function needOf({ batch }: BatchToBegin): MachineNeed {
  return { memoryGb: batch.memory_gb, diskBytes: batch.expected_bytes * diskPerByte }
}

function prepare(action: BeginAction, begin: BatchToBegin, offer: Offer | undefined, deps: Deps): Begin {
  const known = deps.recipes.get(begin.batch.recipe)
  if (known === undefined)
    throw new Problem(
      'refused',
      `no recipe is called "${begin.batch.recipe}": add [recipes.${begin.batch.recipe}] to microfetch.toml`,
    )
  const token = deps.newSecret()
  const hostKey = deps.provider.reachedBy === 'ssh' ? deps.newHostKey() : undefined
  const runs = begin.runs.map((run): RunToDo => ({
    runAccession: run.run_accession,
    deliveryId: run.delivery_id,
    sampleAccession: run.sample_accession,
    taxId: run.tax_id,
    revision: run.revision,
    readFiles: JSON.parse(run.files_json) as ReadFile[],
  }))
  const identity = recipeIdentity(known.recipe, begin.batch.keep as Keep, known.projectCommit)
  const attempt: NewAttempt = {
    id: action.attemptId,
    number: action.attemptNumber,
    workerName: `mf-${action.attemptId}`,
    provider: deps.provider.name,
    tokenHash: createHash('sha256').update(token).digest('hex'),
    deadlineAt: new Date(deps.clock().getTime() + (deps.policy.bootSeconds + deps.policy.deadlineSeconds) * 1000),
    recipeIdentity: identity,
    hostKey: hostKey?.publicKey,
    runs,
  }
  const boot = offer === undefined ? deps.boot : { ...deps.boot, cpus: offer.cpus }
  const assignment = buildAssignment(action.attemptId, begin.batch, runs, known, identity, { ...deps, boot })
  return { attempt, token, hostKey, begin, assignment }
}

function toAttemptFile({ attempt, assignment, begin }: Begin, deps: Deps, at: Date): AttemptFile {
  const { batch } = begin
  return {
    version: 1,
    attemptId: attempt.id,
    attemptNumber: attempt.number,
    workerName: attempt.workerName,
    provider: deps.provider.name,
    tokenHash: attempt.tokenHash,
    openedAt: at.toISOString(),
    deadlineAt: attempt.deadlineAt.toISOString(),
    ...(attempt.hostKey === undefined ? {} : { hostKey: attempt.hostKey }),
    batch: {
      id: batch.id,
      name: batch.name,
      recipe: batch.recipe,
      recipeIdentity: assignment.recipe.identity,
      keep: batch.keep,
      chargedTaxId: batch.charged_tax_id,
      expectedBytes: batch.expected_bytes,
      expectedBases: batch.expected_bases,
      memoryGb: batch.memory_gb,
    },
    revisions: Object.fromEntries(begin.runs.map(run => [run.run_accession, run.revision])),
    assignment,
  }
}
