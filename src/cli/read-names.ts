import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { CliContext } from './cli-context.ts'

/** Names from arguments, from files and, for `-`, from stdin: one a line, blank lines and `#` lines passed over, none twice. */
export async function readNames(context: CliContext, given: readonly string[], files: readonly string[]): Promise<string[]> {
  const names: string[] = []
  for (const name of given) names.push(...(name === '-' ? linesOf(await context.screen.readInput()) : [name]))
  for (const file of files) names.push(...linesOf(file === '-' ? await context.screen.readInput() : readText(context, file)))
  return [...new Set(names.map(name => name.trim()).filter(name => name !== ''))]
}

/** A text file named by a person; what is wrong with it is a `bad-input`. */
export function readText(context: CliContext, file: string): string {
  try {
    return readFileSync(resolve(context.workingFolder, file), 'utf8')
  } catch (error) {
    throw new Problem('bad-input', `${file} cannot be read`, { cause: error })
  }
}

function linesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(line => line.trim() !== '' && !line.trimStart().startsWith('#'))
}
