import { mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { formatManifest, manifestName, manifestSha256, type Manifest } from '../../manifest.ts'
import { manifestOf, writeFiles } from '../../testing/scratch-folder.ts'
import { noEffectPoint } from '../../../core/effect-point.ts'
import type { AttemptPlace, Collected, Collector, ToCollect } from '../../collector.ts'
import type { RsyncCollectorOptions } from '../rsync-collector-options.ts'
import { rsyncCollector } from '../rsync-collector.ts'
import { someHostKey, writeStandIn } from './ssh-stand-in.ts'

/** The run that most tests are about, owed as a whole delivery. */
export const run: ToCollect = {
  runAccession: 'ERR1000001',
  deliveryId: 'delivery0001',
  revision: 'aaaaaaaaaaaaaaaa',
  recipe: 'assemble',
  recipeIdentity: 'bbbbbbbbbbbbbbbb',
  taxIds: [],
  manifestSha256: undefined,
}

/** Where the run's first delivery lies in the library. */
export const deliveryPath = 'runs/ERR100/ERR1000001/delivery0001'

/** Results as a pipeline leaves them. */
export const resultFiles = {
  'assembly/contigs.fasta': '>contig_1\nACGTACGT\n',
  'reads/r_1.fastq.gz': 'reads one',
  'versions.json': '{"skesa": "2.4.0"}\n',
}

/** What a collector said and warned of. */
export interface Heard {
  text: string
  fields: unknown
}

/** A library and machines beside it in a folder of their own, on one disk. */
export class LibraryAndMachines {
  readonly root: string
  readonly library: string
  readonly collector: Collector
  readonly warnings: Heard[] = []
  readonly #changes: Partial<RsyncCollectorOptions>
  #places = 0

  private constructor(root: string, changes: Partial<RsyncCollectorOptions>) {
    this.root = root
    this.library = join(root, 'library')
    this.#changes = changes
    this.collector = this.newCollector()
  }

  static async open(changes: Partial<RsyncCollectorOptions> = {}, under = tmpdir()): Promise<LibraryAndMachines> {
    return new LibraryAndMachines(await mkdtemp(join(under, 'mf-collect-')), { reserveBytes: 0, ...changes })
  }

  /** The same with machines behind a stand-in for ssh, or behind the ssh that the changes name. */
  static async openOverSsh(changes: Partial<RsyncCollectorOptions> = {}): Promise<LibraryAndMachines> {
    const root = await mkdtemp(join(tmpdir(), 'mf-collect-'))
    const command = await writeStandIn(root, join(root, 'machines'))
    await mkdir(join(root, 'scratch'))
    return new LibraryAndMachines(root, {
      reserveBytes: 0,
      ssh: { identityFile: command, command },
      scratchFolder: join(root, 'scratch'),
      ...changes,
    })
  }

  /** Another collector over the same library, as a restarted daemon has it. Its clock goes on by a second with every look. */
  newCollector(changes: Partial<RsyncCollectorOptions> = {}): Collector {
    let at = Date.parse('2026-01-02T03:04:05Z')
    return rsyncCollector({
      libraryFolder: this.library,
      clock: () => new Date((at += 1000)),
      effect: noEffectPoint,
      log: { say: () => undefined, warn: (text, fields) => void this.warnings.push({ text, fields }) },
      ...this.#changes,
      ...changes,
    })
  }

  /** A machine of an attempt of its own. */
  async newPlace(): Promise<AttemptPlace> {
    const attemptId = `attempt${++this.#places}`
    const folder = join(this.root, 'machines', `mf-${attemptId}`)
    await mkdir(join(folder, 'results'), { recursive: true })
    const reached =
      this.#changes.ssh === undefined
        ? { address: folder, hostKey: undefined }
        : { address: `mf-${attemptId}`, hostKey: someHostKey }
    return { attemptId, machineId: `machine-of-${attemptId}`, ...reached }
  }

  /** The folder in which a machine lies, however it is reached. */
  folderOf(place: AttemptPlace): string {
    return join(this.root, 'machines', `mf-${place.attemptId}`)
  }

  /** Hands over a run as an agent does: whole, by a rename. `manifest` may lie. Gives the manifest's SHA-256. */
  async handOver(
    place: AttemptPlace,
    files: Record<string, string> = resultFiles,
    manifest: Manifest = manifestOf(files),
    accession = run.runAccession,
  ): Promise<string> {
    const text = formatManifest(manifest)
    await this.handOverAs(place, files, text, accession)
    return manifestSha256(text)
  }

  /** The same with any text in the manifest's place. */
  async handOverAs(
    place: AttemptPlace,
    files: Record<string, string>,
    manifestText: string,
    accession = run.runAccession,
  ): Promise<void> {
    const temporary = join(this.folderOf(place), 'results.tmp')
    await writeFiles(temporary, { ...files, [manifestName]: manifestText })
    await rename(temporary, join(this.folderOf(place), 'results', accession))
  }

  /** A path on a machine, in the folder of the run. */
  onMachine(place: AttemptPlace, path = '', accession = run.runAccession): string {
    return join(this.folderOf(place), 'results', accession, path)
  }

  /** A path in the library. */
  atHome(path: string): string {
    return join(this.library, path)
  }

  /** Every file of the library below a path, with its text. */
  async stored(below = deliveryPath): Promise<Record<string, string>> {
    const entries = await readdir(this.atHome(below), { recursive: true, withFileTypes: true }).catch(() => [])
    const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
    const texts = await Promise.all(
      files.map(async file => [relative(this.atHome(below), file), await readFile(file, 'utf8')] as const),
    )
    return Object.fromEntries(texts.filter(([path]) => path !== 'receipt.json' && path !== manifestName))
  }

  /** What lies in `incoming`: nothing, unless a transfer was broken off. */
  async incoming(): Promise<string[]> {
    return readdir(this.atHome('incoming'), { recursive: true }).catch(() => [])
  }

  /** The delivery that a link of the library leads to. */
  async linkedDelivery(path: string): Promise<string | undefined> {
    const target = await readlink(this.atHome(path)).catch(() => undefined)
    if (target === undefined) return undefined
    const leadsTo = join(dirname(path), target)
    return path.startsWith('by-taxon/') ? this.linkedDelivery(leadsTo) : basename(leadsTo)
  }

  async writeOnMachine(place: AttemptPlace, path: string, text: string): Promise<void> {
    await writeFile(join(this.folderOf(place), path), text)
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}

/** Runs a test with a library and machines of its own. */
export function withLibrary(act: (all: LibraryAndMachines, place: AttemptPlace) => Promise<void>) {
  return within(() => LibraryAndMachines.open(), act)
}

/** The same with machines behind a stand-in for ssh. */
export function withLibraryOverSsh(act: (all: LibraryAndMachines, place: AttemptPlace) => Promise<void>) {
  return within(() => LibraryAndMachines.openOverSsh(), act)
}

function within(open: () => Promise<LibraryAndMachines>, act: (all: LibraryAndMachines, place: AttemptPlace) => Promise<void>) {
  return async (): Promise<void> => {
    const all = await open()
    try {
      await act(all, await all.newPlace())
    } finally {
      await all.close()
    }
  }
}

/** What became of a transfer in one line: `proved`, `not-yet`, `no-space`, or `failed` with what follows from it. */
export function shape(outcome: Collected): string {
  if (outcome.kind !== 'failed') return outcome.kind
  return `failed, ${outcome.temporary ? 'may pass' : 'needs a person'}`
}
