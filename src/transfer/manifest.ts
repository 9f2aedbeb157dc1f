import { createHash } from 'node:crypto'
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

/** The receipt's name beside it, once the folder lies in the library. */
export const receiptName = 'receipt.json'

/** Where rsync keeps what is not whole yet, inside each folder it fills. */
export const partialFolderName = '.rsync-partial'

/** A longer text is no manifest: `mostFiles` lines of the longest kind. */
export const mostManifestBytes = 8_000_000

const sizePattern = /^# (\d{1,15}) bytes$/
const filePattern = /^([0-9a-f]{64}) {2}(.+)$/
/** More than this in one run's folder is not a result but an attack or a mistake. */
const mostFiles = 10_000
const longestPath = 400
/** What file systems take as one name. */
const longestNameBytes = 255
// Control characters, terminal escapes, line separators and backslashes have no place in a result's name.
// eslint's no-control-regex does not apply: the set is written as Unicode classes.
const unsafeCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\]/u
/** Names that we or rsync give ourselves, in the run's folder and in any folder. */
const ourNames = new Set([manifestName, receiptName])
const ourFolderNames = new Set([partialFolderName, '.~tmp~'])

/** Writes a manifest: for each file a line `# N bytes` and a line `sha256  path`, so that `sha256sum --check` reads it as it is. */
export function formatManifest(manifest: Manifest): string {
  return sortedByPath(manifest)
    .map(file => `# ${file.bytes} bytes\n${file.sha256}  ${file.path}\n`)
    .join('')
}

/** Reads a manifest that a machine wrote, and believes nothing: bad lines, unsafe or doubled paths are a `broken-answer`. */
export function parseManifest(text: string): Manifest {
  if (!text.endsWith('\n')) throw new Problem('broken-answer', 'the manifest is cut: its last line does not end')
  const lines = text.slice(0, -1).split('\n')
  if (lines.length > 2 * mostFiles)
    throw new Problem('broken-answer', `the manifest has ${lines.length} lines, at most ${mostFiles} files are taken`)
  const manifest: Manifest = []
  for (let index = 0; index < lines.length; index += 2) manifest.push(parseFile(lines, index))
  requireDistinct(manifest)
  if (!Number.isSafeInteger(manifestBytes(manifest)))
    throw new Problem('broken-answer', 'the sizes in the manifest cannot be true')
  return sortedByPath(manifest)
}

function parseFile(lines: string[], index: number): ManifestFile {
  const [, bytes] = sizePattern.exec(lines[index] ?? '') ?? []
  const [, sha256, path] = filePattern.exec(lines[index + 1] ?? '') ?? []
  if (sha256 === undefined || bytes === undefined || path === undefined) {
    throw new Problem(
      'broken-answer',
      `lines ${index + 1} and ${index + 2} of the manifest are not "# N bytes" and "sha256  path"`,
    )
  }
  requireSafePath(path)
  return { path, bytes: Number(bytes), sha256 }
}

/** Bytes of all files together. */
export function manifestBytes(manifest: Manifest): number {
  return manifest.reduce((sum, file) => sum + file.bytes, 0)
}

/** SHA-256 of a manifest as it is written: what its agent announces. */
export function manifestSha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Refuses every path that could lead outside its folder, deceive a terminal, or take a name that is ours. */
export function requireSafePath(path: string): void {
  const parts = path.split('/')
  const bad = path.length > longestPath || unsafeCharacters.test(path) || parts.some(part => !isSafeName(part))
  if (bad || ourNames.has(folded(path))) {
    throw new Problem('broken-answer', `unsafe path in the manifest: ${JSON.stringify(path.slice(0, 80))}`)
  }
}

function isSafeName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false
  return Buffer.byteLength(name) <= longestNameBytes && !ourFolderNames.has(folded(name))
}

/** Two files of one name on some file system (case, forms of Unicode), or a file where another has a folder, would replace each other. */
function requireDistinct(manifest: Manifest): void {
  const files = new Set<string>()
  for (const { path } of manifest) {
    if (files.has(folded(path))) throw new Problem('broken-answer', `the manifest lists ${JSON.stringify(path)} twice`)
    files.add(folded(path))
  }
  for (const { path } of manifest) {
    if (foldersOf(path).some(folder => files.has(folded(folder)))) {
      throw new Problem('broken-answer', `the manifest has a file where ${JSON.stringify(path)} needs a folder`)
    }
  }
}

/** The folders above a path, nearest last: `a/b/c` → `a`, `a/b`. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'))
}

function folded(path: string): string {
  return path.normalize('NFKC').toLowerCase()
}

function sortedByPath(manifest: Manifest): Manifest {
  return [...manifest].sort((a, b) => (a.path < b.path ? -1 : 1))
}
