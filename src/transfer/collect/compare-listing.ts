import type { Difference } from '../difference.ts'
import type { Manifest } from '../manifest.ts'
import type { ListedEntry } from './list-machine.ts'

/** How what a machine lists differs from its manifest: missing files, other kinds, other sizes. What is there besides is not asked for. */
export function compareListing(listed: readonly ListedEntry[], manifest: Manifest): Difference[] {
  const entries = new Map(listed.map(entry => [entry.path, entry]))
  return manifest.flatMap<Difference>(({ path, bytes }) => {
    const entry = entries.get(path)
    if (entry === undefined) return [{ path, what: 'missing', detail: '' }]
    if (entry.kind !== 'file') return [{ path, what: 'not a regular file', detail: entry.kind }]
    return entry.bytes === bytes ? [] : [{ path, what: 'size', detail: `expected ${bytes} bytes, found ${entry.bytes}` }]
  })
}
