import { canonicalJson, fingerprint } from './fingerprint.ts'

/** Where a Nextflow project lies: ours (a folder of `pipelines/`), a path, or a repository at a revision. */
export type RecipeProject =
  { kind: 'ours'; name: string } | { kind: 'path'; path: string } | { kind: 'repository'; url: string; revision: string }

export type Keep = 'reads' | 'assembly' | 'both'

/** What a non-zero exit of a process of the recipe means. `retry`: worth another attempt · `memory`: needs a larger machine. */
export interface ExitMeaning {
  reason: string
  cure: 'retry' | 'memory' | 'none'
}

/** Stands for every recipe, in a delivery that was held before microfetch tracked its run. */
export const anyRecipe = '*'

/** A Nextflow project with profile and parameters: what turns reads into results. */
export interface Recipe {
  name: string
  project: RecipeProject
  profile: string
  params: Record<string, string | number | boolean>
  /** The samplesheet's columns, each a template over a run's read files; undefined: ours (one line per read file). */
  samplesheet: SamplesheetForm
  /** Which outputs belong to a run: paths under the output folder; `{run}` stands for its accession, `*` for a part of a name. */
  outputs: string[]
  /** A file under the output folder that says a run is whole (`{run}` allowed); undefined: known only when the pipeline has ended. */
  complete: string | undefined
  /** Process name (or `*`) → exit status → meaning. */
  exitCodes: Record<string, Record<string, ExitMeaning>>
}

/** How the batch's samplesheet is written. */
export interface SamplesheetForm {
  delimiter: ',' | '\t'
  /** One line per read file, or one per run. */
  lines: 'file' | 'run'
  /** Header → template with {run} {layout} {file} {role} {bytes} {md5} {sources} {mate1} {mate2} {single} {sample} {taxId}. */
  columns: Record<string, string>
}

/** Names what a recipe does, so that a changed one is seen: the project's commit, the parameters, what is kept; not the profile. */
export function recipeIdentity(recipe: Recipe, keep: Keep, projectCommit: string): string {
  return fingerprint(canonicalJson({ project: projectCommit, params: recipe.params, keep }))
}
