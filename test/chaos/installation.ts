import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../src/daemon/config.ts'
import { openDoor } from '../../src/daemon/open-door.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import { stubSettings, type ArchiveAddresses } from '../stub-recipe/stub-settings.ts'

/** An installation in a folder of its own, with one taxon added and nothing done yet. */
export async function makeInstallation(archive: ArchiveAddresses, taxId: number): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), 'microfetch-chaos-'))
  writeFileSync(join(home, 'microfetch.toml'), stubSettings(archive))
  await addTaxon(home, taxId)
  return home
}

const silent = { say: () => undefined, warn: () => undefined }

/** Adds a taxon through the door, all of its past. */
export async function addTaxon(home: string, taxId: number): Promise<void> {
  const door = await openDoor(await readConfig({ home }), {
    makesLedger: true,
    clock: () => new Date(),
    version: 'test',
    log: silent,
  })
  try {
    const body = JSON.stringify({
      asked: [String(taxId)],
      scope: 'subtree',
      reach: { kind: 'all' },
      settings: {},
      force: false,
      dryRun: false,
    })
    const answer = await door.fetch(
      new Request('http://localhost/api/taxa', { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    )
    if (!answer.ok) throw new Error(await answer.text())
  } finally {
    await door.close()
  }
}

/** What the program said when it ended by itself. */
export interface Ended {
  signal: NodeJS.Signals | null
  effects: number
  names: string[]
  gaveUp: boolean
}

/** Starts the daemon of a home; it kills itself after so many effects (0: never), or ends when it is idle. */
export function liveOnce(home: string, dieAfter: number): Promise<Ended> {
  const program = fileURLToPath(new URL('./daemon-that-dies.ts', import.meta.url))
  const child = spawn(process.execPath, [program, home, String(dieAfter)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Hundreds of starts: what was compiled once is kept.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'microfetch-chaos-compiled') },
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complained = (complained + chunk.toString()).slice(-20_000)))
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (signal !== null) return resolve({ signal, effects: dieAfter, names: [], gaveUp: false })
      if (code !== 0) return reject(new Error(`the daemon ended with ${code}:\n${complained}`))
      const told = JSON.parse(said) as Omit<Ended, 'signal'>
      if (told.gaveUp) return reject(new Error(`the daemon did not come to an end:\n${complained}`))
      resolve({ ...told, signal: null })
    })
  })
}

/** What must be true of a home when everything has come to an end; each fault is a sentence. */
export async function faultsOf(home: string, runs: readonly string[]): Promise<string[]> {
  const faults: string[] = []
  const ledger = await openLedger(join(home, 'ledger.sqlite'))
  try {
    const deliveries = await ledger.read.selectFrom('deliveries').selectAll().execute()
    for (const run of runs) {
      const mine = deliveries.filter(delivery => delivery.run_accession === run)
      if (mine.length !== 1 || mine[0]?.state !== 'delivered') faults.push(`${run}: ${mine.map(one => one.state).join(', ')}`)
    }
    const workers = await ledger.read.selectFrom('workers').select('name').where('state', '<>', 'destroyed').execute()
    for (const worker of workers) faults.push(`worker ${worker.name} is left`)
  } finally {
    await ledger.close()
  }
  faults.push(...foldersLeft(home), ...programsLeft(home), ...libraryFaults(home, runs))
  return faults
}

function foldersLeft(home: string): string[] {
  const left = readdirSync(join(home, 'workers')).filter(name => name.startsWith('mf-'))
  const attempts = readdirSync(join(home, 'attempts'))
  return [...left.map(name => `machine folder ${name} is left`), ...attempts.map(name => `attempt folder ${name} is left`)]
}

/** Programs that carry the marker of a machine of this home. */
function programsLeft(home: string): string[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8')
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return environment.includes('MICROFETCH_MACHINE=') && command.includes(home) ? [`program ${name} is left: ${command}`] : []
    } catch {
      return []
    }
  })
}

function libraryFaults(home: string, runs: readonly string[]): string[] {
  const library = join(home, 'library')
  const faults: string[] = []
  for (const run of runs) {
    const folder = join(library, 'runs', run.slice(0, 6), run)
    const deliveries = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory())
    if (deliveries.length !== 1) faults.push(`${run} lies ${deliveries.length} times in the library`)
    for (const delivery of deliveries) faults.push(...deliveryFaults(join(folder, delivery.name), run))
    readFileSync(join(folder, 'stub', 'result.txt'))
  }
  const incoming = readdirSync(join(library, 'incoming')).map(name => `incoming/${name} is left`)
  return [...faults, ...incoming]
}

function deliveryFaults(folder: string, run: string): string[] {
  const manifest = readFileSync(join(folder, 'manifest.sha256'), 'utf8').trimEnd().split('\n')
  const wrong = manifest.filter(line => {
    const [sha256 = '', , path = ''] = line.split('  ')
    return (
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex') !== sha256
    )
  })
  const text = readFileSync(join(folder, 'result.txt'), 'utf8')
  return [
    ...wrong.map(line => `${run}: ${line} is not what lies there`),
    ...(text.startsWith(`${run} `) ? [] : [`${run}: its result is of another run`]),
  ]
}

/** Removes the folder of an installation. */
export function forgetInstallation(home: string): void {
  rmSync(home, { recursive: true, force: true })
}
