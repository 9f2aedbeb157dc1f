import { Problem } from '../core/problem.ts'

/** One file of a run's results. */
export interface ManifestFile {
  /** Below the run's folder, parts joined by `/`; never absolute, never `..`. */
  path: string
  bytes: number
  /** 64 small hexadecimal digits. */
  sha256: string
}

/** The files of one run with sizes and checksums, sorted by path. */
export type Manifest = ManifestFile[]

/** The manifest's name inside a run's folder. */
export const manifestName = 'manifest.sha256'

const linePattern = /^([0-9a-f]{64}) {2}(\d{1,15}) {2}(.+)$/
/** More than this in one run's folder is not a result but an attack or a mistake. */
const mostFiles = 10_000
const longestPath = 400
// Control characters, terminal escapes and backslashes have no place in a result's name.
// eslint's no-control-regex does not apply: the set is written as code points.
const unsafeCharacters = /[\p{Cc}\p{Cf}\\]/u

/** Writes a manifest: `sha256  bytes  path` a line. */
export function formatManifest(manifest: Manifest): string {
  const sorted = [...manifest].sort((a, b) => (a.path < b.path ? -1 : 1))
  return sorted.map(file => `${file.sha256}  ${file.bytes}  ${file.path}\n`).join('')
}

/** Reads a manifest that a machine wrote, and believes nothing: bad lines, unsafe or doubled paths are a `broken-answer`. */
export function parseManifest(text: string): Manifest {
  if (!text.endsWith('\n')) throw new Problem('broken-answer', 'the manifest is cut: its last line does not end')
  const lines = text.slice(0, -1).split('\n')
  if (lines.length > mostFiles) throw new Problem('broken-answer', `the manifest lists ${lines.length} files, at most ${mostFiles} are taken`)
  const seen = new Set<string>()
  return lines.map((line, index) => {
    const [, sha256, bytes, path] = linePattern.exec(line) ?? []
    if (sha256 === undefined || bytes === undefined || path === undefined) {
      throw new Problem('broken-answer', `line ${index + 1} of the manifest is not "sha256  bytes  path"`)
    }
    requireSafePath(path)
    // A case-insensitive file system would let one of two such files replace the other.
    const folded = path.toLowerCase()
    if (seen.has(folded)) throw new Problem('broken-answer', `the manifest lists ${JSON.stringify(path)} twice`)
    seen.add(folded)
    return { path, bytes: Number(bytes), sha256 }
  })
}

/** Refuses every path that could lead outside its folder or deceive a terminal. */
export function requireSafePath(path: string): void {
  const parts = path.split('/')
  const bad = path.length > longestPath || unsafeCharacters.test(path) || parts.some(part => part === '' || part === '.' || part === '..')
  if (bad || path === manifestName) throw new Problem('broken-answer', `unsafe path in the manifest: ${JSON.stringify(path.slice(0, 80))}`)
}
