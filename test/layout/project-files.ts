import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceText } from './check-imports.ts'

/** The folder of this checkout. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

const folders = ['src', 'test', 'bench', 'tooling', 'pipelines', 'docs', '.ci']
const ignored = new Set(['node_modules', 'dist', 'book', '.nextflow', 'work', 'recorded'])
const texts = /\.(ts|js|json|md|toml|sh|nf|config|yaml|yml|xml|cff)$|^(microfetch|run|Dockerfile|nextflow)$/

/** Every text of the project, without what is built or installed. */
export function projectTexts(): SourceText[] {
  const paths = [...filesAtTop(), ...folders.filter(folder => existsSync(join(projectFolder, folder))).flatMap(filesBelow)]
  return paths.map(path => ({ path, text: readFileSync(join(projectFolder, path), 'utf8') }))
}

function filesAtTop(): string[] {
  const entries = readdirSync(projectFolder, { withFileTypes: true })
  return entries
    .filter(entry => entry.isFile() && texts.test(entry.name) && entry.name !== 'package-lock.json')
    .map(entry => entry.name)
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(projectFolder, folder), { withFileTypes: true }).flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : filesBelow(path)
    return entry.isFile() && texts.test(entry.name) ? [path] : []
  })
}
