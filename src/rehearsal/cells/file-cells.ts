import { listedFiles } from '../fastq/file-store.ts'
import { basesOf, planReads, spotsOf } from '../fastq/reads-plan.ts'
import { fileEndings, type ReadRole, runFolder } from '../read-file-names.ts'
import { inventMd5, mix, normal } from '../seeded-chance.ts'
import type { RunRow } from '../world/run-row.ts'
import type { CellMaker, CellWorld } from './cell-maker.ts'

const host = 'ftp.sra.ebi.ac.uk'
const asperaHost = 'fasp.sra.ebi.ac.uk:'

// Several cells of one row name the same folder.
let lastRow: RunRow | undefined
let lastFolder = ''

function folderOf(row: RunRow): string {
  if (row !== lastRow) {
    lastFolder = `/vol1/fastq/${runFolder(row.accession)}/`
    lastRow = row
  }
  return lastFolder
}

function fastqAddresses(row: RunRow, host: string): string {
  const folder = host + folderOf(row)
  if (row.set.found !== undefined)
    return joined(
      listedFiles(row).map(file => folder + file.name),
      row,
    )
  const endings = fileEndings(row.shape)
  let cell = ''
  for (const [ending] of endings) cell += `${cell === '' ? '' : ';'}${folder}${row.accession}${ending}.fastq.gz`
  return endings.length > 1 ? cell + row.kind.listEnd : cell
}

function joined(parts: readonly string[], row: RunRow): string {
  return parts.length > 1 ? parts.join(';') + row.kind.listEnd : (parts[0] ?? '')
}

function madeFiles(row: RunRow, world: CellWorld): readonly { bytes: number; md5: string }[] {
  const files = world.files.known(row)
  if (files === undefined) throw new Error(`the files of ${row.accession} were not made before its row was written`)
  return files
}

function fastqBytes(row: RunRow, world: CellWorld): string {
  if (row.set.group.content !== 'promised')
    return joined(
      madeFiles(row, world).map(file => String(file.bytes)),
      row,
    )
  const bytes = promisedBases(row) * row.kind.bytesPerBase
  const files = fileEndings(row.shape)
  const sizes = files.map(([, role]) => Math.round(bytes * shareOf(role, files.length)) + (row.change?.revision ?? 0))
  return joined(
    sizes.map(size => String(Math.max(20, size))),
    row,
  )
}

function fastqMd5(row: RunRow, world: CellWorld): string {
  if (row.set.group.content !== 'promised')
    return joined(
      madeFiles(row, world).map(file => file.md5),
      row,
    )
  const revision = row.change?.revision ?? 0
  const files = fileEndings(row.shape).length
  let cell = ''
  for (let at = 0; at < files; at++) cell += (at === 0 ? '' : ';') + inventMd5(row.number, row.set.seed + revision * 8 + at)
  return files > 1 ? cell + row.kind.listEnd : cell
}

const normals = Float64Array.from({ length: 1024 }, (_, i) => normal(mix(i, 1) / 4294967296, mix(i, 2) / 4294967296))

/** Bases of a promised run: log-normal around the kind's median. */
function promisedBases(row: RunRow): number {
  return Math.max(row.kind.readBases, Math.round(row.kind.medianBases * Math.exp(0.9 * (normals[row.bits & 1023] ?? 0))))
}

function shareOf(role: ReadRole, files: number): number {
  if (role === 'single') return 1
  if (role === 'orphan') return 0.01
  const mates = files > 2 ? 0.99 : 1
  return role === 'first' ? mates * 0.49 : mates * 0.51
}

function baseCount(row: RunRow): string {
  if (row.set.found !== undefined) return String(row.set.found.baseCount)
  if (lacksCounts(row)) return ''
  return String(row.set.group.content === 'promised' ? promisedBases(row) : basesOf(planReads(row)))
}

function readCount(row: RunRow): string {
  if (row.set.found !== undefined) return String(row.set.found.readCount)
  if (lacksCounts(row)) return ''
  if (row.set.group.content !== 'promised') return String(spotsOf(planReads(row)))
  const isMated = row.shape === 'paired' || row.shape === 'orphan-first' || row.shape === 'single-two-files'
  return String(Math.max(1, Math.round(promisedBases(row) / row.kind.readBases / (isMated ? 2 : 1))))
}

/** Native files that the archive never turned into FASTQ were never counted either. */
function lacksCounts(row: RunRow): boolean {
  return row.kind.isOdd && row.shape === 'none' && row.bits % 4 !== 0
}

function sraAddress(row: RunRow, host: string): string {
  if (row.kind.prefix === 'ERR') return ''
  return `${host}/vol1/${row.kind.prefix.toLowerCase()}/${runFolder(row.accession)}`
}

function submittedAddresses(row: RunRow, host: string): string {
  if (row.kind.prefix !== 'ERR') return ''
  const folder = `${host}/vol1/run/${row.accession.slice(0, 6)}/${row.accession}/isolate_${row.number}`
  return row.shape === 'paired' ? `${folder}_R1.fastq.gz;${folder}_R2.fastq.gz` : `${folder}.bam`
}

function overSubmitted(row: RunRow, show: (at: number) => string): string {
  if (row.kind.prefix !== 'ERR') return ''
  return row.shape === 'paired' ? `${show(0)};${show(1)}` : show(0)
}

/** Cells about a run's files, their sizes and sums. Lists of several files run in step, parted by semicolons. */
export const fileCells: Record<string, CellMaker> = {
  fastq_ftp: row => fastqAddresses(row, host),
  fastq_galaxy: row => fastqAddresses(row, host),
  fastq_aspera: row => fastqAddresses(row, asperaHost),
  fastq_bytes: fastqBytes,
  fastq_md5: fastqMd5,
  base_count: baseCount,
  read_count: readCount,
  sra_ftp: row => sraAddress(row, host),
  sra_galaxy: row => sraAddress(row, host),
  sra_aspera: row => sraAddress(row, asperaHost),
  sra_bytes: row => (row.kind.prefix === 'ERR' ? '' : String(promisedBases(row) >> 2)),
  sra_md5: row => (row.kind.prefix === 'ERR' ? '' : inventMd5(row.number, 9)),
  submitted_ftp: row => submittedAddresses(row, host),
  submitted_galaxy: row => submittedAddresses(row, host),
  submitted_aspera: row => submittedAddresses(row, asperaHost),
  submitted_bytes: row => overSubmitted(row, at => String((promisedBases(row) >> 1) + at)),
  submitted_md5: row => overSubmitted(row, at => inventMd5(row.number, 20 + at)),
}

/** Columns that can only be written once the files of a made run are there. */
export const columnsOfMadeFiles: ReadonlySet<string> = new Set(['fastq_bytes', 'fastq_md5'])

/** Columns of sizes, which only a row's variant decides where files are promised. */
export const sizeColumns: readonly string[] = ['fastq_bytes', 'base_count', 'read_count', 'sra_bytes', 'submitted_bytes']
