import { execFile } from 'node:child_process'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Names what a Nextflow project is now: the commit of a clean git checkout, else a hash over its files. */
export async function projectCommit(folder: string): Promise<string> {
  return (await cleanCommit(folder)) ?? (await hashOfFiles([folder], () => true))
}

/** The commit of the checkout that holds `folder`, when nothing in that folder differs from it; undefined without git. */
async function cleanCommit(folder: string): Promise<string | undefined> {
  try {
    const { stdout: changed } = await run('git', ['-C', folder, 'status', '--porcelain', '--ignored', '--', '.'], {
      timeout: 10_000,
    })
    if (changed.split('\n').some(line => line !== '' && !isLeftover(basename(line.slice(3))))) return undefined
    const { stdout: commit } = await run('git', ['-C', folder, 'rev-parse', 'HEAD'], { timeout: 10_000 })
    return commit.trim()
  } catch {
    return undefined // no git, no checkout, or a checkout of somebody else that git refuses to read
  }
}

/** What Nextflow leaves behind in a project that was run in place; it is no part of the project. */
const leftovers = new Set(['.git', '.nextflow', 'work', 'node_modules'])

function isLeftover(name: string): boolean {
  return leftovers.has(name) || name.startsWith('.nextflow.log')
}

/**
 * A hash over names and contents of files, the same on every machine: 64 hexadecimal digits. Folders are read whole, in the order
 * of their names; `isPart` may leave out what does not change results. Files are streamed.
 */
export async function hashOfFiles(roots: readonly string[], isPart: (name: string) => boolean): Promise<string> {
  const hash = createHash('sha256')
  for (const root of [...roots].sort(byName)) await addFolder(hash, root, roots.length === 1 ? '.' : basename(root), isPart)
  return hash.digest('hex')
}

async function addFolder(hash: Hash, folder: string, shownAs: string, isPart: (name: string) => boolean): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
    if (isLeftover(entry.name) || !isPart(entry.name)) continue
    const path = join(folder, entry.name)
    const shown = `${shownAs}/${entry.name}`
    if (entry.isDirectory()) await addFolder(hash, path, shown, isPart)
    else if (entry.isSymbolicLink()) hash.update(`link ${shown} ${await readlink(path)}\0`)
    else if (entry.isFile()) await addFile(hash, path, shown)
  }
}

async function addFile(hash: Hash, path: string, shown: string): Promise<void> {
  const content = createHash('sha256')
  for await (const chunk of createReadStream(path)) content.update(chunk as Buffer)
  hash.update(`file ${shown} ${content.digest('hex')}\0`)
}

// By code units, so that no locale changes the order.
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
