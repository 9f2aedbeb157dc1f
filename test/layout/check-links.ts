import { posix } from 'node:path'
import type { SourceText } from './check-imports.ts'

/** Links of documents to files of the project that are not there, a line each. What stands in code is no link. */
export function linkFaults(documents: readonly SourceText[], exists: (path: string) => boolean): string[] {
  return documents.flatMap(({ path, text }) => {
    const prose = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(match => match[1] ?? '')
    const files = targets.filter(target => !/^([a-z]+:|#)/.test(target)).map(target => target.replace(/#.*$/, ''))
    const missing = files.filter(file => !exists(posix.normalize(posix.join(posix.dirname(path), file))))
    return [...new Set(missing)].map(file => `${path}: links to ${file}, which does not exist`)
  })
}
