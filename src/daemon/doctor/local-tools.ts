import { findOnPath } from '../settings/nextflow-command.ts'
import type { KnownRecipe } from '../deps.ts'
import { failed, warning, well, type Check, type Finding } from './check.ts'
import { isAtLeast, runTool, versionIn } from './run-tool.ts'

/** The oldest Node that runs microfetch. */
const leastNode = '24'
/** `--mkpath` and checks of names from the far side came with it. */
const leastRsync = '3.2'

/** Node itself, and rsync, by which results come home. */
export const checkPrograms: Check = async ({ config }) => [nodeVersion(), await rsync(config.path)]

/** The Node that runs this. */
export function nodeVersion(version: string = process.versions.node): Finding {
  if (isAtLeast(version, leastNode)) return well('node', version)
  return failed('node', `${version} is too old`, `Node ${leastNode} or newer is needed`)
}

async function rsync(path: string): Promise<Finding> {
  const program = findOnPath('rsync', path)
  const said = program === undefined ? undefined : await runTool(program, ['--version'])
  const version = said === undefined ? undefined : versionIn(said)
  const cure = `install rsync ${leastRsync} or newer (Debian: apt-get install rsync)`
  if (version === undefined) return failed('rsync', 'there is no rsync on PATH', cure)
  return isAtLeast(version, leastRsync) ? well('rsync', version) : failed('rsync', `${version} is too old`, cure)
}

/** What each of our recipes calls with the profile `path`; the assembler is told by a parameter. */
const toolsOf: Readonly<Record<string, readonly string[]>> = {
  fetch: ['bash', 'awk', 'aria2c', 'gzip', 'md5sum', 'sha256sum'],
  assemble: ['bash', 'awk', 'aria2c', 'gzip', 'md5sum', 'sha256sum', 'fastp'],
}

const assemblers: Readonly<Record<string, string>> = { skesa: 'skesa', spades: 'spades.py', megahit: 'megahit' }

const packages: Readonly<Record<string, string>> = {
  aria2c: 'aria2',
  'spades.py': 'spades',
  md5sum: 'coreutils',
  sha256sum: 'coreutils',
  awk: 'gawk',
}

/** Whether each recipe finds its tools: those of the recipe that taxa have by default must be there, others need not be. */
export const checkRecipes: Check = async ({ config }) =>
  [...config.recipes.values()].map(known => {
    const isNeeded = known.recipe.name === config.taxonDefaults.recipe
    return recipeTools(known, config.path, isNeeded)
  })

/** Whether one recipe finds its tools on PATH. */
export function recipeTools({ recipe }: KnownRecipe, path: string, isNeeded: boolean): Finding {
  const check = `recipe ${recipe.name}`
  const wanted = wantedBy(recipe)
  if (wanted === undefined) return well(check, `its tools are its own affair (profile ${recipe.profile || 'of the project'})`)
  const missing = wanted.filter(tool => findOnPath(tool, path) === undefined)
  if (missing.length === 0) return well(check, `finds ${wanted.join(', ')}`)
  const names = [...new Set(missing.map(tool => packages[tool] ?? tool))]
  const cure = `Debian: apt-get install ${names.join(' ')}; or a container: [recipes.${recipe.name}] profile = "docker"`
  return (isNeeded ? failed : warning)(check, `does not find ${missing.join(', ')}`, cure)
}

/** The programs a recipe calls from PATH; undefined where we cannot know. */
function wantedBy({ project, profile, params }: KnownRecipe['recipe']): string[] | undefined {
  const engine = profile.split(',').find(name => name === 'docker' || name === 'apptainer' || name === 'singularity')
  if (engine !== undefined) return [engine]
  if (project.kind !== 'ours') return undefined
  const assembler = project.name === 'assemble' ? [assemblers[String(params['assembler'] ?? 'skesa')] ?? 'skesa'] : []
  return [...(toolsOf[project.name] ?? []), ...assembler]
}
