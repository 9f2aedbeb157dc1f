/*
 * A taxon of a million runs of about a hundred columns, found, stored, judged and owed: by the shipped source, stages and ledger, from a
 * rehearsal archive in a program of its own. Prints rows a second, the peak memory of the daemon alone, the rate at which the very
 * same rows can be inserted by nothing but prepared statements, and that a second pass writes none.
 *
 *   node bench/million.ts [--rows N] [--dir FOLDER] [--keep]
 *
 * `--keep` leaves `ledger.sqlite` in the folder, for `bench/idle-pass.ts`.
 */
import { fork, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { millionScenario } from '../src/rehearsal/scenarios/million.ts'
import { startRehearsal, type Rehearsal } from '../src/rehearsal/start-rehearsal.ts'
import { launcherFlags } from './launcher-flags.ts'
import type { BareRate, BareRates } from './million-bare.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, dir: { type: 'string' }, keep: { type: 'boolean', default: false } },
})
const rows = Number(values.rows)
const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'microfetch-million-'))
mkdirSync(dir, { recursive: true })
const path = join(dir, 'ledger.sqlite')
removeFiles('ledger.sqlite')

try {
  const rehearsal = await startRehearsal({ scenario: millionScenario(rows) })
  const ours = await daemonRate(rehearsal).finally(() => rehearsal.stop())
  console.log(`ledger on disk: ${Math.round(statSync(path).size / 1e6)} MB`)
  showBare(ours)
} finally {
  removeFiles('bare.sqlite')
  if (!values.keep) removeFiles('ledger.sqlite')
  if (!values.keep && values.dir === undefined) rmSync(dir, { recursive: true, force: true })
}

/** The daemon's part, in a program of its own that is started as people start it: rows a second of its first pass. */
function daemonRate({ portalUrl, taxonomyUrl }: Rehearsal): Promise<BareRate> {
  const program = fileURLToPath(new URL('./million-daemon.ts', import.meta.url))
  const child = fork(program, [path, portalUrl, taxonomyUrl, String(rows)], { execArgv: launcherFlags() })
  return new Promise((resolve, reject) => {
    let rate: BareRate | undefined
    child.on('message', message => (rate = message as BareRate))
    child.once('error', reject)
    child.once('exit', code => (rate === undefined ? reject(new Error(`the daemon's part ended with ${code}`)) : resolve(rate)))
  })
}

/** In a program of its own, so that its memory is not counted as ours. */
function showBare(ours: BareRate): void {
  const program = fileURLToPath(new URL('./million-bare.ts', import.meta.url))
  const child = spawnSync(process.execPath, [program, path, join(dir, 'bare.sqlite')], { encoding: 'utf8', maxBuffer: 1e8 })
  if (child.status !== 0) throw new Error(child.stderr)
  for (const [order, bare] of Object.entries(JSON.parse(child.stdout) as BareRates)) {
    const byClock = `${Math.round(bare.bySecond)} rows/s, of which the first pass has ${(ours.bySecond / bare.bySecond).toFixed(2)}`
    const byProcessor = `${Math.round(bare.byProcessorSecond)} and ${(ours.byProcessorSecond / bare.byProcessorSecond).toFixed(2)}`
    console.log(`bare inserts of the same rows ${order}: ${byClock} (aim: at least 0.50); by the processor's time ${byProcessor}`)
  }
}

/** Only what is made here: the folder may hold other things of whoever named it. */
function removeFiles(name: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(join(dir, `${name}${ending}`), { force: true })
}
