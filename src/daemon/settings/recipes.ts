import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Recipe, RecipeProject } from '../../core/recipe.ts'
import type { KnownRecipe } from '../deps.ts'
import { absolutePath } from './home.ts'
import { ourProjectCommit, ourRecipe, ourRecipeNames, type OurRecipeName } from './our-recipes.ts'
import { projectCommit } from './project-commit.ts'
import { recipeKeys, type RecipeGiven } from './recipe-keys.ts'
import type { SettingInForce } from './read-settings.ts'

/** What paths in the settings may begin at. */
export interface RecipeSurroundings {
  packageFolder: string
  homePath: string
  workingFolder: string
  userFolder: string
}

/** Ours and the user's own recipes, by name; what is wrong with one is added to `faults`, with its place. */
export async function recipesOf(
  settings: ReadonlyMap<string, SettingInForce>,
  around: RecipeSurroundings,
  faults: string[],
): Promise<Map<string, KnownRecipe>> {
  const known = new Map<string, KnownRecipe>()
  const userNames = [...settings.keys()].map(key => /^recipes\.([^.]+)\./.exec(key)?.[1]).filter(name => name !== undefined)
  for (const name of new Set<string>([...ourRecipeNames, ...userNames])) {
    const recipe = await knownRecipe(name, settings, around, faults)
    if (recipe !== undefined) known.set(name, recipe)
  }
  return known
}

async function knownRecipe(
  name: string,
  settings: ReadonlyMap<string, SettingInForce>,
  around: RecipeSurroundings,
  faults: string[],
): Promise<KnownRecipe | undefined> {
  const given = givenOf(name, settings)
  const places = Object.keys(recipeKeys).flatMap(key => settings.get(`recipes.${name}.${key}`) ?? [])
  const refuse = (why: string): undefined => {
    faults.push(`${places[0]?.place ?? name}: recipe ${name}: ${why}`)
    return undefined
  }
  const base = baseOf(name, given)
  if (base !== undefined) {
    if (given.project !== undefined) return refuse(`it is based on ours (${base}), so it can have no project of its own`)
    const recipe = merged(ourRecipe(base, around.packageFolder), name, given)
    const project = join(around.packageFolder, 'pipelines', base)
    return { recipe, projectCommit: await ourProjectCommit(base, around.packageFolder), project, revision: '' }
  }
  const project = projectOf(given, settings.get(`recipes.${name}.project`), around)
  if (typeof project === 'string') return refuse(project)
  if ((given.outputs ?? []).length === 0)
    return refuse('say with outputs which files belong to a run, e.g. outputs = ["{run}/**"]')
  if (given['samplesheet.columns'] === undefined) return refuse('say with samplesheet.columns how its samplesheet is written')
  const recipe = merged({ ...emptyRecipe, project }, name, given)
  if (project.kind === 'path') {
    const folder = project.path.endsWith('.nf') ? dirname(project.path) : project.path
    return { recipe, projectCommit: await projectCommit(folder), project: project.path, revision: '' }
  }
  return { recipe, projectCommit: `${project.url}@${project.revision}`, project: project.url, revision: project.revision }
}

const emptyRecipe: Recipe = {
  name: '',
  project: { kind: 'path', path: '' },
  profile: '',
  params: {},
  samplesheet: { delimiter: ',', lines: 'run', columns: {} },
  outputs: [],
  complete: undefined,
  exitCodes: {},
}

function baseOf(name: string, given: RecipeGiven): OurRecipeName | undefined {
  const wanted = given.based_on === undefined || given.based_on === '' ? name : given.based_on
  return ourRecipeNames.find(ours => ours === wanted)
}

function givenOf(name: string, settings: ReadonlyMap<string, SettingInForce>): RecipeGiven {
  const pairs = Object.keys(recipeKeys).flatMap(key => {
    const setting = settings.get(`recipes.${name}.${key}`)
    return setting === undefined ? [] : [[key, setting.value]]
  })
  return Object.fromEntries(pairs) as RecipeGiven // each value was read by the kind of its key
}

function merged(base: Recipe, name: string, given: RecipeGiven): Recipe {
  return {
    name,
    project: base.project,
    profile: given.profile ?? base.profile,
    params: { ...base.params, ...given.params },
    samplesheet: {
      delimiter: given['samplesheet.delimiter'] ?? base.samplesheet.delimiter,
      lines: given['samplesheet.lines'] ?? base.samplesheet.lines,
      columns: given['samplesheet.columns'] ?? base.samplesheet.columns,
    },
    outputs: given.outputs ?? base.outputs,
    complete: given.complete === undefined ? base.complete : given.complete || undefined,
    exitCodes: { ...base.exitCodes, ...given.exit_codes },
  }
}

type UserProject = Exclude<RecipeProject, { kind: 'ours' }>

/** The project, or why it cannot be used. */
function projectOf(given: RecipeGiven, setting: SettingInForce | undefined, around: RecipeSurroundings): UserProject | string {
  const { project, revision = '' } = given
  if (project === undefined || setting === undefined) return 'it needs a project (a path or a repository), or based_on'
  const isRepository = /^[a-z+]+:\/\/|^[^/\s]+@[^/\s]+:/.test(project)
  if (isRepository && revision === '') return 'a project in a repository needs a revision, best a tag or a commit'
  if (isRepository) return { kind: 'repository', url: project, revision }
  if (revision !== '') return 'only a project in a repository has a revision'
  const base = setting.from === 'file' ? around.homePath : around.workingFolder
  return projectAt(absolutePath(project, base, around.userFolder))
}

function projectAt(path: string): UserProject | string {
  const script = path.endsWith('.nf') ? path : join(path, 'main.nf')
  return existsSync(script) && statSync(script).isFile() ? { kind: 'path', path } : `there is no ${script}`
}
