import { createHash } from 'node:crypto'
import { diskPerByte } from '../../../core/packing.ts'
import type { HostKey } from '../../../core/host-key.ts'
import { Problem } from '../../../core/problem.ts'
import { recipeIdentity, type Keep } from '../../../core/recipe.ts'
import type { ReadFile } from '../../../core/run.ts'
import type { Assignment } from '../../../api/assignment.ts'
import type { AttemptFile } from '../../attempt-folders.ts'
import { buildAssignment, type RunToDo } from '../../build-assignment.ts'
import type { Deps } from '../../deps.ts'
import { closeAttention } from '../../ledger/attention.ts'
import { openAttempt, type NewAttempt } from '../../ledger/attempts.ts'
import { batchToBegin, type BatchToBegin } from '../../ledger/batches.ts'
import { recordCreate } from '../../ledger/record-create.ts'
import { liveWorkers } from '../../ledger/workers.ts'
import type { MachineNeed, Quote } from '../../providers/provider.ts'
import type { Action } from './plan.ts'

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
  if (action.kind === 'begin') return begin(action, deps)
  const which = { subject: 'installation', subjectId: 'installation', cause: 'no-capacity' } as const
  const how = { at: deps.clock(), resolution: 'no batch waits any more that there was no machine for', byWhom }
  await deps.ledger.write(tx => closeAttention(tx, which, how))
}

type BeginAction = Extract<Action, { kind: 'begin' }>

/**
 * Begins one batch: the intent is committed, then the attempt's folder is written, then the provider is asked, once in the worker's life.
 * Whatever is lost after the intent is found again by the attempt's tag.
 */
async function begin(action: BeginAction, deps: Deps): Promise<void> {
  const found = await batchToBegin(deps.ledger.read, action.batchId)
  if (found === undefined || found.runs.length === 0) return
  const quoted = await quoteFor(found, deps)
  const made = prepare(action, found, quoted, deps)
  const at = deps.clock()
  const cause = { at, why: `attempt ${action.attemptNumber}`, byWhom, taxId: found.batch.charged_tax_id }
  const isOpen = await deps.ledger.write(async tx => {
    // The room may be taken since it was seen: a machine that was gone came back.
    if ((await liveWorkers(tx)).length >= deps.policy.maxWorkers) return false
    return openAttempt(tx, action.batchId, made.attempt, cause)
  })
  if (!isOpen) return
  await deps.attemptFolders.write(toAttemptFile(made, deps, at))
  deps.effect('attempt folder written')
  const outcome = await deps.provider.create(made.attempt.workerName, {
    attemptId: action.attemptId,
    token: made.token,
    serverUrl: deps.boot.serverUrl,
    ...needOf(found),
    quote: quoted,
    hostKey: made.hostKey,
    expiresAt: made.attempt.deadlineAt,
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

function needOf({ batch }: BatchToBegin): MachineNeed {
  return { memoryGb: batch.memory_gb, diskBytes: batch.expected_bytes * diskPerByte }
}

/** Undefined where machines cost nothing. Throws `no-capacity` when nothing that may be made meets the need. */
async function quoteFor(begin: BatchToBegin, { provider }: Deps): Promise<Quote | undefined> {
  const quoted = await provider.quote?.(needOf(begin))
  if (quoted?.kind === 'none') throw new Problem('no-capacity', quoted.why)
  return quoted?.quote
}

function prepare(action: BeginAction, begin: BatchToBegin, quoted: Quote | undefined, deps: Deps): Begin {
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
  const boot = quoted === undefined ? deps.boot : { ...deps.boot, cpus: quoted.cpus }
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
