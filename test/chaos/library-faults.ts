import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { manifestName, parseManifest, receiptName, type ManifestFile } from '../../src/transfer/manifest.ts'
import { parseReceipt } from '../../src/transfer/receipt.ts'
import { askLedger } from './ask-ledger.ts'
import type { ExpectedEnd } from './faults-of-home.ts'

interface ReceiptRow {
  run: string
  path: string
  files: string
}

/** What is wrong in the library: every run that is to be there is there once, whole, as receipts say, and nothing else is. */
export function libraryFaults(home: string, expected: ExpectedEnd): string[] {
  const library = join(home, 'library')
  const delivered = [...expected.fates].filter(([, fate]) => fate === 'delivered').map(([run]) => run)
  const receipts = askLedger<ReceiptRow>(
    home,
    'select run_accession as run, relative_path as path, files_json as files from receipts',
  )
  const extra = runsIn(library).filter(run => !delivered.includes(run))
  return [
    ...extra.map(run => `${run} lies in the library, and is not delivered`),
    ...delivered.flatMap(run => runFaults(library, run, expected)),
    ...receipts.flatMap(receipt => receiptFaults(library, receipt)),
  ]
}

function runsIn(library: string): string[] {
  const runs = join(library, 'runs')
  return existsSync(runs) ? readdirSync(runs).flatMap(prefix => readdirSync(join(runs, prefix))) : []
}

function runFaults(library: string, run: string, { recipe, taxId, contentFault }: ExpectedEnd): string[] {
  const folder = join(library, 'runs', run.slice(0, 6), run)
  if (!existsSync(folder)) return [`${run} is not in the library`]
  const entries = readdirSync(folder, { withFileTypes: true })
  const deliveries = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  const others = entries.map(entry => entry.name).filter(name => name !== recipe && !deliveries.includes(name))
  const links = [join(folder, recipe), join(library, 'by-taxon', String(taxId), run)]
  const astray = links.filter(link => !existsSync(link) || realpathSync(link) !== join(realpathSync(folder), deliveries[0] ?? ''))
  const wrong = deliveries.map(delivery => contentFault(join(folder, delivery), run)).filter(fault => fault !== undefined)
  return [
    ...(deliveries.length === 1 ? [] : [`${run} lies ${deliveries.length} times in the library`]),
    ...others.map(name => `${run}: ${name} lies beside its delivery`),
    ...astray.map(link => `${run}: the link ${relative(library, link)} does not lead to its delivery`),
    ...wrong.map(fault => `${run}: ${fault}`),
  ]
}

/** The ledger's receipt against the one that lies in the library, its manifest, and the files as they are now. */
function receiptFaults(library: string, { run, path, files }: ReceiptRow): string[] {
  const folder = join(library, path)
  if (!existsSync(folder)) return [`${run}: its receipt names ${path}, and nothing lies there`]
  const told = sorted(JSON.parse(files) as ManifestFile[])
  const inReceipt = sorted(parseReceipt(readFileSync(join(folder, receiptName), 'utf8')).files)
  const inManifest = sorted(parseManifest(readFileSync(join(folder, manifestName), 'utf8')))
  const there = sorted(filesBelow(folder).map(file => measure(folder, file)))
  return [
    ...(told === inReceipt ? [] : [`${run}: ledger and library have different receipts`]),
    ...(told === inManifest ? [] : [`${run}: receipt and manifest differ`]),
    ...(told === there ? [] : [`${run}: what lies in ${path} is not what its receipt says`]),
  ]
}

/** Files of a delivery, without the two that are about it. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .filter(path => path !== manifestName && path !== receiptName)
}

function measure(folder: string, path: string): ManifestFile {
  const content = readFileSync(join(folder, path))
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { path, bytes: statSync(join(folder, path)).size, sha256 }
}

/** One text for a set of files, to be compared. */
function sorted(files: readonly ManifestFile[]): string {
  return files
    .map(({ path, bytes, sha256 }) => `${path} ${bytes} ${sha256}`)
    .sort()
    .join('\n')
}
