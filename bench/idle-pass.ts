/*
 * What a heartbeat costs beside a million runs: milliseconds for the look of every stage, with the shipped parts over a ledger that
 * `bench/million.ts --keep` has left. First as it is after that (hundreds of thousands of runs wait for a worker), then when all of
 * them are at home and nothing is left to do.
 *
 *   node bench/idle-pass.ts --dir FOLDER
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../src/daemon/config.ts'
import type { Deps } from '../src/daemon/deps.ts'
import { noEffectPoint } from '../src/core/effect-point.ts'
import { openLedger } from '../src/daemon/ledger/open-ledger.ts'
import { whatIsLeft } from '../src/daemon/loop.ts'
import { makeDeps } from '../src/daemon/make-deps.ts'
import { batchStage } from '../src/daemon/stages/batch/batch-stage.ts'
import { collectStage } from '../src/daemon/stages/collect/collect-stage.ts'
import { destroyStage } from '../src/daemon/stages/destroy/destroy-stage.ts'
import { discoverStage } from '../src/daemon/stages/discover/discover-stage.ts'
import { filterStage } from '../src/daemon/stages/filter/filter-stage.ts'
import { projectStage } from '../src/daemon/stages/project/project-stage.ts'
import { provisionStage } from '../src/daemon/stages/provision/provision-stage.ts'
import type { Stage } from '../src/daemon/stages/stage.ts'
import { sweepStage } from '../src/daemon/stages/sweep/sweep-stage.ts'
import { watchStage } from '../src/daemon/stages/watch/watch-stage.ts'
import { inventHistory } from './idle-history.ts'

/** How often each is done; the one in the middle is shown. */
const times = 7

/** In the order of a round, in which batches are looked after twice. */
const stages: readonly ((deps: Deps) => Promise<Taken>)[] = [
  shown(watchStage),
  shown(collectStage),
  shown(batchStage),
  shown(destroyStage),
  shown(sweepStage),
  shown(discoverStage),
  shown(filterStage),
  shown(batchStage),
  shown(provisionStage),
  shown(projectStage),
]

const { values } = parseArgs({ options: { dir: { type: 'string' } } })
if (values.dir === undefined) throw new Error('--dir names the folder in which bench/million.ts --keep left ledger.sqlite')
const home = mkdtempSync(join(tmpdir(), 'microfetch-idle-'))
const path = join(home, 'ledger.sqlite')
try {
  copyFileSync(join(values.dir, 'ledger.sqlite'), path)
  mkdirSync(join(home, 'library'))
  console.log('as the first listing leaves it')
  await showLooks()
  console.log(`${inventHistory(path)} rows of history; nothing is left to do`)
  await showLooks()
} finally {
  rmSync(home, { recursive: true, force: true })
}

/** Looks of every stage, after the files of the taxa were written. */
async function showLooks(): Promise<void> {
  const config = await readConfig({ home, environment: {}, workingFolder: home, userFolder: home })
  const ledger = await openLedger(path)
  const log = { say: () => undefined, warn: (text: string) => console.log(text) }
  const parts = { config, ledger, clock: () => new Date(), effect: noEffectPoint, log, version: '0', serverUrl: undefined }
  const { deps, close } = await makeDeps(parts)
  const seen = await projectStage.look(deps)
  const written = await taken(async () => {
    for (const action of projectStage.plan(seen, deps.policy, new Date(8.64e15))) await projectStage.apply(action, deps)
  })
  console.log(`  the files of all taxa and their logs written: ${inMs(written)}`)
  const sum: Taken = { clock: 0, processor: 0 }
  for (const show of stages) {
    const one = await show(deps)
    sum.clock += one.clock
    sum.processor += one.processor
  }
  console.log(`  all of a round: ${inMs(sum)}; what is left to do: ${inMs(await median(() => whatIsLeft(deps)))}`)
  await close()
  await ledger.close()
}

function shown<Seen, Action>(stage: Stage<Seen, Action>): (deps: Deps) => Promise<Taken> {
  return async deps => {
    let planned = 0
    const middle = await median(async () => {
      planned = stage.plan(await stage.look(deps), deps.policy, deps.clock()).length
    })
    console.log(`  ${stage.name.padEnd(10)} ${inMs(middle)}, ${planned} actions planned`)
    return middle
  }
}

/** Milliseconds. */
interface Taken {
  clock: number
  processor: number
}

function inMs({ clock, processor }: Taken): string {
  return `${clock.toFixed(1)} ms (${processor.toFixed(1)} ms of processor)`
}

/** By the processor's time: others may be at work here too. */
async function median(act: () => Promise<unknown>): Promise<Taken> {
  const all: Taken[] = []
  for (let time = 0; time < times; time++) all.push(await taken(act))
  return all.sort((a, b) => a.processor - b.processor)[Math.floor(times / 2)] ?? { clock: 0, processor: 0 }
}

async function taken(act: () => Promise<unknown>): Promise<Taken> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(cpu)
  return { clock: performance.now() - begun, processor: (user + system) / 1000 }
}
