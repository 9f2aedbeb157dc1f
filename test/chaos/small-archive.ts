import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/start-rehearsal.ts'
import type { ExpectedEnd } from './faults-of-home.ts'

const taxId = 624
/** As small as still gives contigs: what is tried here is the way, not the assembler. */
const tiny = { taxon: taxId, depth: 20, genomeBases: 4000, library: { readBases: 125 } }
const damaged = 'ERR9200002'

/** An archive with two runs that can be assembled in a second, and one whose file is broken though its MD5 is right. */
export interface SmallArchive {
  taxId: number
  /** What must become of its runs, whatever is killed on the way. */
  expected: ExpectedEnd
  /** The settings of an installation that works on it with the real recipe. */
  settings(): Promise<string>
  stop(): Promise<void>
}

/** Starts the archive. */
export async function startSmallArchive(): Promise<SmallArchive> {
  const archive = await startRehearsal({
    scenario: {
      seed: 7,
      taxa: [{ id: taxId, name: 'Shigella sonnei', genomeBases: tiny.genomeBases }],
      runs: [
        { ...tiny, count: 2 },
        { ...tiny, accession: damaged, flaw: 'gzip-truncated' },
      ],
    },
  })
  const runs = await archive.control.runs()
  const fates = new Map(runs.map(run => [run, run === damaged ? 'failed DL_GZIP' : 'delivered']))
  return {
    taxId,
    expected: { fates, recipe: 'assemble', taxId, contentFault },
    settings: () => settingsFor(archive),
    stop: () => archive.stop(),
  }
}

/** The real recipe; a dead agent is noticed after seconds, and yet no busy computer is taken for a dead agent. */
async function settingsFor(archive: Rehearsal): Promise<string> {
  const sections: Record<string, Record<string, string | number>> = {
    ena: {
      portal_url: archive.portalUrl,
      taxonomy_url: archive.taxonomyUrl,
      files_url: archive.filesUrl,
      requests_per_second: 50,
    },
    // A port of its own: agents find the daemon again when it is started anew.
    server: { listen: `127.0.0.1:${await freePort()}` },
    local: { cpus: 2 },
    workers: { beat_seconds: 1 },
    policy: {
      max_workers: 2,
      boot_seconds: 60,
      lease_seconds: 6,
      progress_seconds: 120,
      deadline_seconds: 300,
      list_lag_seconds: 2,
      grace_seconds: 1,
      retry_seconds: 0.1,
      destroy_retry_seconds: 0.2,
      period_seconds: 0.5,
      files_seconds: 1,
      library_reserve_bytes: 1000,
    },
    taxon: { recipe: 'assemble', 'filters.min_depth': 0 },
  }
  return Object.entries(sections)
    .map(([name, keys]) => [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`), ''])
    .flat()
    .join('\n')
}

/** The contigs of the run are there, and its reads, and what says that they are all. */
function contentFault(folder: string, run: string): string | undefined {
  const complete = JSON.parse(readFileSync(join(folder, 'run-complete.json'), 'utf8')) as { run: string; files: unknown[] }
  if (complete.run !== run) return `its folder is of ${complete.run}`
  if (!readFileSync(join(folder, 'assembly', `${run}.contigs.fasta`), 'utf8').startsWith('>')) return 'its contigs are none'
  // Two files of reads, contigs, three of figures, what was fetched, versions.
  return complete.files.length === 8 ? undefined : `it has ${complete.files.length} files`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
