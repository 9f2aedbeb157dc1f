/*
 * Many droplets at once on the test cloud (real hosts, light boot, a stub in Nextflow's place), all callbacks lost: made, booted, read over
 * ssh, collected, destroyed; then the same with few. Counts the calls of the API against DigitalOcean's limits, which the test cloud keeps,
 * and compares the daemon's peak memory: node bench/two-hundred-droplets.ts [--droplets 200] [--few 10]
 * Needs root and some 16 GB of memory for 200. Exit status 1 when anything came to a wrong end.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { usualSettings } from '../src/rehearsal/cloud/cloud-settings.ts'
import { runInOwnNetwork } from '../src/rehearsal/cloud/namespaces/own-network.ts'
import { isInsideOwnNetwork } from '../src/rehearsal/cloud/namespaces/own-place.ts'
import { whyNoNamespaces } from '../src/rehearsal/cloud/namespaces/why-no-namespaces.ts'
import { faultsOf } from '../test/chaos/faults-of-home.ts'
import { startShippedDaemon } from '../test/chaos/shipped-daemon.ts'
import { openDropletRig } from '../test/cloud/droplet-rig.ts'
import { readBooks } from '../test/cloud/read-books.ts'

const { values } = parseArgs({
  options: { droplets: { type: 'string', default: '200' }, few: { type: 'string', default: '10' } },
})

/** The most resident memory that a program ever had, in MB; 0 when it is gone. */
function peakMegabytes(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

async function live(droplets: number): Promise<{ wrong: string[]; peak: number }> {
  const policy = {
    max_workers: droplets,
    max_held: droplets,
    period_seconds: 5,
    boot_seconds: 1200,
    lease_seconds: 600,
    progress_seconds: 1200,
    deadline_seconds: 3600,
    destroy_retry_seconds: 5,
  }
  const { limits } = usualSettings
  const sections = '[collector]\nat_once = 6\n'
  const rig = await openDropletRig({ runs: droplets, isHeard: false, beatSeconds: 20, policy, sections, cloud: { limits } })
  try {
    const { child, ended } = startShippedDaemon(rig.home, 3000)
    let [peak, most] = [0, 0]
    const looking = setInterval(() => {
      peak = Math.max(peak, peakMegabytes(child.pid ?? 0))
      most = Math.max(most, rig.cloud.world.living().length)
    }, 200)
    const { code, said } = await ended
    clearInterval(looking)
    const { calls, world } = rig.cloud
    const refused = calls.all().filter(({ limitedBy }) => limitedBy !== undefined).length
    const wrong = [
      ...(await faultsOf(rig.home, rig.expected)),
      ...world.living().map(({ name }) => `droplet ${name} is left`),
      // With hundreds, a cent in a hundred: the seconds between our last look and a droplet's end.
      ...(droplets <= 20 ? readBooks(rig.home, rig.cloud) : []),
      ...(code === 0 ? [] : [`the daemon ended with ${code}: ${said.slice(-500)}`]),
      ...(refused === 0 ? [] : [`${refused} calls were refused by a limit`]),
    ]
    process.stdout.write(
      `${droplets} wanted, ${world.all().length} made, ${most} at once; peak of the daemon ${peak.toFixed(0)} MB; ` +
        `${calls.all().length} calls, at most ${calls.mostWithin(60)} a minute (${limits.perMinute} allowed) and ` +
        `${calls.mostWithin(3600)} an hour (${limits.perHour} allowed)\n${JSON.stringify(calls.numbers())}\n${wrong.join('\n') || 'right end'}\n`,
    )
    return { wrong, peak }
  } finally {
    await rig.close()
  }
}

async function main(): Promise<number> {
  const few = await live(Number(values.few))
  const many = await live(Number(values.droplets))
  process.stdout.write(`memory: ${(many.peak - few.peak).toFixed(0)} MB more with ${values.droplets} than with ${values.few}\n`)
  return few.wrong.length + many.wrong.length === 0 ? 0 : 1
}

if (isInsideOwnNetwork()) process.exitCode = await main()
else {
  const why = whyNoNamespaces()
  if (why !== undefined) throw new Error(why)
  process.exitCode = await runInOwnNetwork([process.execPath, ...process.execArgv, ...process.argv.slice(1)] as [
    string,
    ...string[],
  ])
}
