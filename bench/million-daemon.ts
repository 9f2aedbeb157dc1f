/*
 * The daemon's part of `million.ts`: both stages over the whole listing, twice. Tells whoever started it the rate of the first pass.
 *
 *   node bench/million-daemon.ts LEDGER PORTAL_URL TAXONOMY_URL ROWS
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { discoverStage } from '../src/daemon/stages/discover/discover-stage.ts'
import { filterStage } from '../src/daemon/stages/filter/filter-stage.ts'
import { pass } from '../src/daemon/stages/pass.ts'
import type { PassReport } from '../src/daemon/ledger/passes.ts'
import { trackTaxon } from '../src/daemon/ledger/taxa.ts'
import { millionTaxon } from '../src/rehearsal/scenarios/million.ts'
import type { BareRate } from './million-bare.ts'
import { openMillionRig, type MillionRig } from './million-rig.ts'
import { peakMegabytes } from './peak-memory.ts'

const [, , path = '', portalUrl = '', taxonomyUrl = '', rowsText = ''] = process.argv
const rows = Number(rowsText)

const rig = await openMillionRig(path, { portalUrl, taxonomyUrl })
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
const first = await bothStages('first pass')
await showLedger(rig)
await showSecondPass(rig)
const peak = peakMegabytes()
await rig.close()
console.log(`peak memory of the daemon alone (VmHWM): ${peak} MB (aim: at most 300)`)
process.send?.(first)
process.disconnect?.()

/** Passes of both stages until nothing is left; rows a second. */
async function bothStages(name: string): Promise<BareRate> {
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
      `(discover ${inSeconds(discovered)}, peak ${afterDiscover} MB; filter ${inSeconds(judged)}, peak ${peakMegabytes()} MB; ` +
      `the longest that nobody else came to their turn: ${Math.round(Math.max(discovered.longestMs, judged.longestMs))} ms)`,
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
async function showSecondPass(over: MillionRig): Promise<void> {
  const written = over.countWrites()
  await over.ledger.write(tx =>
    tx
      .updateTable('taxa')
      .set({ next_check_at: new Date(0).toISOString(), full_check_wanted: 1 })
      .where('tax_id', '=', millionTaxon)
      .execute(),
  )
  await bothStages('second pass')
  console.log(`rows written by the second pass in runs, verdicts and deliveries: ${written()}`)
}

interface Timed<T> {
  value: T
  seconds: number
  cpuSeconds: number
  /** The longest time, in milliseconds, for which a timer of others was held up. */
  longestMs: number
}

function inSeconds({ seconds, cpuSeconds }: Timed<unknown>): string {
  return `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of processor)`
}

async function timed<T>(act: () => Promise<T>): Promise<Timed<T>> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  const waiting = longestWait()
  const value = await act()
  const { user, system } = process.cpuUsage(cpu)
  return {
    value,
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: (user + system) / 1e6,
    longestMs: await waiting(),
  }
}

/** Begins to look after a timer of its own, every 10 ms; ends with how long it had to wait at the most. */
function longestWait(): () => Promise<number> {
  let longest = 0
  let goesOn = true
  const watching = (async () => {
    while (goesOn) {
      const asked = performance.now()
      await sleep(10)
      longest = Math.max(longest, performance.now() - asked - 10)
    }
    return longest
  })()
  return () => {
    goesOn = false
    return watching
  }
}
