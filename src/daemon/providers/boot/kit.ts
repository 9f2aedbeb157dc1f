import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Problem } from '../../../core/problem.ts'
import type { Recipe } from '../../../core/recipe.ts'
import { kitsFolder } from './droplet-paths.ts'
import { makeTar, type TarFile } from './make-tar.ts'

/** What droplets run: the agent and the projects of recipes, in one archive. There is no secret in it. */
export interface Kit {
  /** Of the archive; it names the kit. */
  sha256: string
  bytes: number
  /** The archive on this computer: `<sha256>.tar.gz`. */
  path: string
}

/** A recipe, with what Nextflow is told to run on this computer. */
export interface KitRecipe {
  recipe: Recipe
  /** A folder or a `.nf` file, absolute; the address of a repository for recipes that are one. */
  project: string
}

/** What a kit is made of. */
export interface KitParts {
  agent: { path: string; sha256: string }
  recipes: ReadonlyMap<string, KitRecipe>
}

// A project with its reference data inside would be carried to every droplet: it belongs on the image, or behind an address.
const mostBytes = 64_000_000
const mostFiles = 5_000

/** What Nextflow or people leave in a project and is no part of it. */
const leftovers = new Set(['.git', '.nextflow', 'work', 'node_modules'])

/**
 * Makes the kit and puts it into `folder` as `<sha256>.tar.gz`, whole or not at all. The same agent and projects give the same bytes.
 * Throws `refused` when a project is too large, has links or other things that are no files, or when the agent's file has changed.
 */
export async function makeKit({ agent, recipes }: KitParts, folder: string): Promise<Kit> {
  const files = new Map<string, TarFile>()
  const content = await readFile(agent.path)
  if (sha256Of(content) !== agent.sha256) throw new Problem('refused', `${agent.path} is not the agent that was built`)
  files.set('agent.mjs', { path: 'agent.mjs', content, isExecutable: false })
  for (const [name, known] of recipes) await addProject(files, name, known)
  const archive = await promisify(gzip)(makeTar([...files.values()]), { level: 9 })
  const kit = { sha256: sha256Of(archive), bytes: archive.length }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${kit.sha256}.tar.gz`)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, archive)
    await rename(temporary, path)
  } finally {
    await rm(temporary, { force: true })
  }
  return { ...kit, path }
}

/** What Nextflow is told to run on a droplet that has the kit: the project's place there, or the repository as it is. */
export function projectOnDroplet(kitSha256: string, name: string, { recipe, project }: KitRecipe): string {
  const place = placeOf(name, { recipe, project })
  return place === undefined ? project : `${kitsFolder}/${kitSha256}/${place.there}`
}

/** Where a project lies here, and below the kit's root. */
function placeOf(name: string, { recipe, project }: KitRecipe): { folder: string; into: string; there: string } | undefined {
  switch (recipe.project.kind) {
    case 'repository':
      return undefined
    case 'ours':
      // They share modules and scripts that lie beside them.
      return { folder: dirname(project), into: 'pipelines', there: `pipelines/${basename(project)}` }
    case 'path': {
      const into = `projects/${name}`
      if (!project.endsWith('.nf')) return { folder: project, into, there: into }
      return { folder: dirname(project), into, there: `${into}/${basename(project)}` }
    }
  }
}

async function addProject(files: Map<string, TarFile>, name: string, known: KitRecipe): Promise<void> {
  const place = placeOf(name, known)
  if (place === undefined) return
  const isPart = known.recipe.project.kind === 'ours' ? isPartOfOurs : isPartOfProject
  await addFolder(files, place.folder, place.into, isPart)
}

async function addFolder(
  files: Map<string, TarFile>,
  folder: string,
  into: string,
  isPart: (name: string) => boolean,
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!isPart(entry.name)) continue
    const from = join(folder, entry.name)
    const path = `${into}/${entry.name}`
    if (entry.isDirectory()) await addFolder(files, from, path, isPart)
    else if (entry.isFile()) await addFile(files, from, path)
    else throw new Problem('refused', `${from} is neither a file nor a folder: it cannot be carried to a droplet`)
  }
}

async function addFile(files: Map<string, TarFile>, from: string, path: string): Promise<void> {
  const seen = await stat(from)
  const carried = [...files.values()].reduce((sum, file) => sum + file.content.length, seen.size)
  if (carried > mostBytes || files.size >= mostFiles) {
    throw new Problem(
      'refused',
      `${from} makes the kit for droplets larger than ${mostBytes} bytes or ${mostFiles} files: put reference data on the image, or use a repository`,
    )
  }
  // Two recipes may share one project of ours.
  files.set(path, { path, content: await readFile(from), isExecutable: (seen.mode & 0o100) !== 0 })
}

function isPartOfProject(name: string): boolean {
  return !leftovers.has(name) && !name.startsWith('.nextflow.log')
}

function isPartOfOurs(name: string): boolean {
  return isPartOfProject(name) && name !== 'testing' && !name.endsWith('.ts') && !name.endsWith('.md')
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
