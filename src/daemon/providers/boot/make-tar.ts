import { Problem } from '../../../core/problem.ts'

/** A file that goes into an archive. */
export interface TarFile {
  /** Below the archive's root, parts joined by `/`. */
  path: string
  content: Uint8Array
  isExecutable: boolean
}

const blockBytes = 512
const longestName = 100
const longestPrefix = 155

/**
 * Writes a tar archive (POSIX ustar) of plain files, sorted by path, with no dates and owned by root: the same files always give the same
 * bytes. Folders are not listed; tar makes them. Throws `refused` for a path that the format cannot hold (more than 255 bytes).
 */
export function makeTar(files: readonly TarFile[]): Buffer {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
  const parts = sorted.flatMap(file => [headerOf(file), file.content, Buffer.alloc(paddingOf(file.content.length))])
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)])
}

function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes
}

function headerOf({ path, content, isExecutable }: TarFile): Buffer {
  const [prefix, name] = splitPath(path)
  const header = Buffer.alloc(blockBytes)
  header.write(name, 0, 'utf8')
  header.write(octal(isExecutable ? 0o755 : 0o644, 8), 100, 'ascii')
  header.write(octal(0, 8), 108, 'ascii')
  header.write(octal(0, 8), 116, 'ascii')
  header.write(octal(content.length, 12), 124, 'ascii')
  header.write(octal(0, 12), 136, 'ascii')
  // The sum is taken with blanks in its own place.
  header.write('        ', 148, 'ascii')
  header.write('0', 156, 'ascii')
  header.write('ustar\x0000', 257, 'ascii')
  header.write('root', 265, 'ascii')
  header.write('root', 297, 'ascii')
  header.write(prefix, 345, 'utf8')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii')
  return header
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

/** A long path is cut at one of its slashes: what is before it goes into a place of its own. */
function splitPath(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= longestName) return ['', path]
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= longestPrefix && Buffer.byteLength(name) <= longestName) return [prefix, name]
  }
  throw new Problem('refused', `the path ${path} is too long to be carried to a droplet`)
}
