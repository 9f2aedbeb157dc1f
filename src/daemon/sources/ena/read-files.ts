import type { ReadFile } from '../../../core/run.ts'
import { readFileRoles } from './read-file-role.ts'

/** The three lists in step, as the archive writes them: joined by semicolons, sometimes with one at the end. */
export interface FileCells {
  fastqFtp: string
  fastqBytes: string
  fastqMd5: string
}

/** The files of a run, or why they cannot be read; no files and no problem means that there are none yet. */
export interface ReadFiles {
  files: ReadFile[]
  problem: string | undefined
}

// Host and path as archives write them. Names go into commands and folders, so nothing else is let in.
const addressPattern = /^[A-Za-z0-9.-]+(?::\d+)?(?:\/[A-Za-z0-9._~%+@=,:-]+)+$/
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/
const md5Pattern = /^[0-9a-f]{32}$/
const schemePattern = /^[a-z][a-z0-9+.-]*:\/\//i

/** Reads the file lists of a run. */
export function readFilesOf(run: string, cells: FileCells): ReadFiles {
  const addresses = listIn(cells.fastqFtp)
  const sizes = listIn(cells.fastqBytes)
  const checksums = listIn(cells.fastqMd5)
  if (addresses.length !== sizes.length || addresses.length !== checksums.length) {
    return wrong(`fastq_ftp lists ${addresses.length} files, fastq_bytes ${sizes.length}, fastq_md5 ${checksums.length}`)
  }
  const files: ReadFile[] = []
  for (const [place, text] of addresses.entries()) {
    const file = readFile(text, sizes[place] ?? '', checksums[place] ?? '')
    if (typeof file === 'string') return wrong(file)
    files.push(file)
  }
  const twice = files.find((file, place) => files.findIndex(other => other.name === file.name) !== place)
  if (twice !== undefined) return wrong(`${twice.name} is listed twice`)
  const roles = readFileRoles(
    run,
    files.map(file => file.name),
  )
  for (const [place, file] of files.entries()) file.role = roles[place] ?? 'other'
  return { files, problem: undefined }
}

function wrong(problem: string): ReadFiles {
  return { files: [], problem }
}

/** One file, its role still open, or what is wrong with it. */
function readFile(text: string, size: string, checksum: string): ReadFile | string {
  const address = text.includes('://') ? text.replace(schemePattern, '') : text
  const name = address.slice(address.lastIndexOf('/') + 1)
  if (!addressPattern.test(address) || !namePattern.test(name) || address.includes('/../'))
    return `not the address of a file: ${text}`
  const sizeBytes = /^\d+$/.test(size) ? Number(size) : NaN
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes === 0) return `${name} is listed with ${size} bytes`
  const md5 = checksum.toLowerCase()
  if (!md5Pattern.test(md5)) return `${name} is listed with the MD5 ${checksum}`
  return { name, address, sizeBytes, md5, role: 'other' }
}

function listIn(cell: string): string[] {
  if (cell === '') return []
  const parts: string[] = []
  for (const part of cell.split(';')) {
    const tidy = part.trim()
    if (tidy !== '') parts.push(tidy)
  }
  return parts
}
