import { wireVersion, type Assignment } from '../api/assignment.ts'
import { layoutOf, type ReadFile } from '../core/run.ts'
import type { BootSettings, Deps, KnownRecipe } from './deps.ts'
import type { BatchRow } from './ledger/batches.ts'

/** A run of a batch as the ledger describes it. */
export interface RunToDo {
  runAccession: string
  deliveryId: string
  sampleAccession: string
  taxId: number
  revision: string
  readFiles: ReadFile[]
}

/** The batch as the agent gets it. */
export function buildAssignment(
  attemptId: string,
  batch: BatchRow,
  runs: readonly RunToDo[],
  known: KnownRecipe,
  recipeIdentity: string,
  { boot, policy }: Pick<Deps, 'boot' | 'policy'>,
): Assignment {
  const { recipe } = known
  return {
    version: wireVersion,
    attemptId,
    batchName: batch.name,
    recipe: {
      name: recipe.name,
      project: known.project,
      revision: known.revision,
      identity: recipeIdentity,
      profile: recipe.profile,
      params: paramsOf(known, batch, boot),
      samplesheet: recipe.samplesheet,
      outputs: recipe.outputs,
      ...(recipe.complete === undefined ? {} : { complete: recipe.complete }),
      exitCodes: recipe.exitCodes,
    },
    runs: runs.map(run => toAssignedRun(run, boot)),
    nextflow: boot.nextflow,
    memoryGb: batch.memory_gb,
    cpus: boot.cpus,
    beatSeconds: boot.beatSeconds,
    deadlineSeconds: policy.deadlineSeconds,
    // The agent notices a stall before its lease on progress ends here.
    stallSeconds: policy.progressSeconds * 0.8,
    environment: boot.environment,
  }
}

/** Our own recipes are told what to keep and how large their machine is; what a person set stands above that. Others get their own parameters only. */
function paramsOf({ recipe }: KnownRecipe, batch: BatchRow, boot: BootSettings): Assignment['recipe']['params'] {
  if (recipe.project.kind !== 'ours') return recipe.params
  return { keep: batch.keep, max_memory_gb: batch.memory_gb, max_cpus: boot.cpus, ...recipe.params }
}

function toAssignedRun(run: RunToDo, boot: BootSettings): Assignment['runs'][number] {
  return {
    runAccession: run.runAccession,
    deliveryId: run.deliveryId,
    layout: layoutOf(run.readFiles) === 'paired' ? 'paired' : 'single',
    sampleAccession: run.sampleAccession,
    taxId: run.taxId,
    readFiles: run.readFiles.map(file => ({
      name: file.name,
      role: file.role,
      sizeBytes: file.sizeBytes,
      md5: file.md5,
      sources: sourcesOf(file, boot),
    })),
  }
}

/** Full addresses of a read file in the order they are tried: the archive (or what stands for it), then mirrors. HTTPS unless told otherwise. */
export function sourcesOf(file: Pick<ReadFile, 'address'>, boot: Pick<BootSettings, 'filesUrl' | 'mirrorUrls'>): string[] {
  const slash = file.address.indexOf('/')
  const path = file.address.slice(slash + 1)
  const first =
    boot.filesUrl === undefined ? [`https://${file.address}`, `ftp://${file.address}`] : [withPath(boot.filesUrl, path)]
  return [...first, ...boot.mirrorUrls.map(url => withPath(url, path))]
}

function withPath(base: string, path: string): string {
  return `${base.replace(/\/+$/, '')}/${path}`
}
