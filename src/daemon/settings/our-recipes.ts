import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Recipe, SamplesheetForm } from '../../core/recipe.ts'
import { hashOfFiles } from './project-commit.ts'

/** The recipes that come with microfetch; each is a Nextflow project in a folder of `pipelines/`. */
export const ourRecipeNames = ['fetch', 'assemble'] as const
export type OurRecipeName = (typeof ourRecipeNames)[number]

/** One line for each read file, all that a pipeline needs to fetch and to check it. */
const samplesheet: SamplesheetForm = {
  delimiter: ',',
  lines: 'file',
  columns: {
    run: '{run}',
    layout: '{layout}',
    file: '{file}',
    role: '{role}',
    bytes: '{bytes}',
    md5: '{md5}',
    sources: '{sources}',
  },
}

/** One of our recipes as it stands before anybody sets anything of it. */
export function ourRecipe(name: OurRecipeName, packageFolder: string): Recipe {
  return {
    name,
    project: { kind: 'ours', name },
    profile: 'path',
    params: {},
    samplesheet,
    outputs: ['{run}/**'],
    complete: '{run}/run-complete.json',
    exitCodes: exitCodesOf(join(packageFolder, 'pipelines', 'exit-codes.json')),
  }
}

const exitCodesSchema = v.record(
  v.string(),
  v.record(v.string(), v.object({ reason: v.string(), cure: v.picklist(['retry', 'memory', 'none']) })),
)

function exitCodesOf(path: string): Recipe['exitCodes'] {
  return v.parse(exitCodesSchema, JSON.parse(readFileSync(path, 'utf8')))
}

/** Names what one of our projects does: a hash over its files and those it shares, so that a package and a checkout agree. */
export async function ourProjectCommit(name: OurRecipeName, packageFolder: string): Promise<string> {
  const pipelines = join(packageFolder, 'pipelines')
  const others = new Set(
    (await readdir(pipelines)).filter(entry => entry !== name && existsSync(join(pipelines, entry, 'main.nf'))),
  )
  return hashOfFiles([pipelines], entry => !others.has(entry) && isPartOfResults(entry))
}

function isPartOfResults(entry: string): boolean {
  return entry !== 'testing' && !entry.endsWith('.md') && !entry.endsWith('.ts')
}
