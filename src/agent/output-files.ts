import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { isCode } from './atomic-file.ts'

/** A file that belongs to a run. */
export interface OutputFile {
  /** Where it lies. */
  source: string
  /** Where it goes in the run's results: below the output folder, without the run's own folder in front. */
  path: string
}

const mostFiles = 10_000

/**
 * Files below `outFolder` that a recipe's patterns give to a run. In a part of a path `*` stands for any letters and `?` for one,
 * the part `**` for any folders; `{run}` is the accession as a whole word, so that ERR123456 does not take ERR1234567's files.
 * A folder that is met is taken with all that it holds. Names that begin with a dot belong to nobody.
 */
export async function findOutputs(outFolder: string, patterns: readonly string[], run: string): Promise<OutputFile[]> {
  const found = new Map<string, OutputFile>()
  const take = (parts: string[]): void => {
    const path = (parts[0] === run && parts.length > 1 ? parts.slice(1) : parts).join('/')
    const source = join(outFolder, ...parts)
    const other = found.get(path)
    if (other !== undefined && other.source !== source)
      throw new Problem('broken-answer', `two outputs would both become ${path}`)
    found.set(path, { source, path })
    if (found.size > mostFiles) throw new Problem('broken-answer', `more than ${mostFiles} output files`)
  }
  for (const pattern of patterns) {
    const parts = pattern.split('/').filter(part => part !== '' && part !== '.')
    if (parts.includes('..')) throw new Problem('bad-input', `an output pattern leads outside: ${pattern}`)
    await walk(
      { outFolder, take },
      [],
      parts.map(part => (part === '**' ? '**' : partPattern(part, run))),
      [],
    )
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

type Part = RegExp | '**'

interface Walk {
  outFolder: string
  take: (parts: string[]) => void
}

/** `through` holds the real paths of the folders that led here: a link back into one of them is not followed again. */
async function walk(walked: Walk, at: string[], parts: Part[], through: string[]): Promise<void> {
  const [part, ...rest] = parts
  const folder = join(walked.outFolder, ...at)
  // `**` at the end is all that is left below, as is a folder that the last part has met.
  if (part === '**' && rest.length > 0) await walk(walked, at, rest, through)
  for (const name of await namesIn(folder)) {
    if (part instanceof RegExp && !part.test(name)) continue
    const next = [...at, name]
    const real = await folderBehind(join(folder, name))
    if (real === undefined) {
      if (rest.length === 0) walked.take(next)
    } else if (!through.includes(real)) {
      await walk(walked, next, part === '**' ? parts : rest, [...through, real])
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter(name => !name.startsWith('.'))
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

/** The real path of a folder, links followed; undefined for anything else, also for a link that leads nowhere. */
async function folderBehind(path: string): Promise<string | undefined> {
  try {
    // Where a link may lead is looked at when a file is taken.
    return (await stat(path)).isDirectory() ? await realpath(path) : undefined
  } catch {
    return undefined
  }
}

function partPattern(part: string, run: string): RegExp {
  const source = part
    .split(/(\{run\}|\*|\?)/)
    .map(piece => {
      if (piece === '{run}') return `(?<![A-Za-z0-9])${literally(run)}(?![0-9])`
      if (piece === '*') return '.*'
      if (piece === '?') return '.'
      return literally(piece)
    })
    .join('')
  return new RegExp(`^${source}$`, 'su')
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
