/*
 * The shipped daemon (`./microfetch up --until-idle`) with the real recipe on real Nextflow, killed with SIGKILL at random moments: itself,
 * its agent, the agent with its whole group, or Nextflow alone; each in a life of its own. Prints a line for each life and a table by
 * victim, and ends with 1 when any life came to another end than the unharmed one, or fewer were killed than asked for.
 *
 *   node bench/chaos.ts [--kills N] [--seed S]
 */
import { parseArgs } from 'node:util'
import { missingForNextflow } from '../pipelines/testing/nextflow-execution.ts'
import { liveManyTimes } from '../test/chaos/many-lives.ts'
import { startSmallArchive } from '../test/chaos/small-archive.ts'
import { badLives, chaosTable } from './chaos-table.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '50' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const kills = Number(values.kills)
const seed = Number(values.seed)

if (missingForNextflow('fastp', 'skesa', 'rsync') === false) await bench()
else process.exitCode = 1

async function bench(): Promise<void> {
  console.log(`seed ${seed}`)
  const archive = await startSmallArchive()
  try {
    const end = await liveManyTimes(archive, { kills, seed, tell: line => console.log(line) })
    console.log(`\n${chaosTable(end)}`)
    if (badLives(end) > 0 || end.harmed.length < kills) process.exitCode = 1
  } finally {
    await archive.stop()
  }
}
