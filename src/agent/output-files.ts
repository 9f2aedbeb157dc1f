import { readdir, stat } from 'node:fs/promises'
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
const mostDepth = 30

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
      outFolder,
      [],
      parts.map(part => (part === '**' ? '**' : partPattern(part, run))),
      take,
    )
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

type Part = RegExp | '**'

async function walk(outFolder: string, at: string[], parts: Part[], take: (parts: string[]) => void): Promise<void> {
  const [part, ...rest] = parts
  if (at.length > mostDepth) return
  // `**` at the end is all that is left below, as is a folder that the last part has met.
  if (part === '**' && rest.length > 0) await walk(outFolder, at, rest, take)
  for (const name of await namesIn(join(outFolder, ...at))) {
    const next = [...at, name]
    const isFolder = await isFolderAt(join(outFolder, ...next))
    if (part instanceof RegExp && !part.test(name)) continue
    if (isFolder) await walk(outFolder, next, part === '**' ? parts : rest, take)
    else if (rest.length === 0) take(next)
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

async function isFolderAt(path: string): Promise<boolean> {
  // Links are followed here; where they may lead is looked at when the file is taken. A dangling one is found there, too.
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
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
