/*
 * Kills the shipped daemon with SIGKILL once after each kind of its effects, with its machines on real (light) droplets of the test cloud,
 * starts it again, and looks whether everything came to the right end: node bench/droplet-kills.ts
 * Needs root; runs in a network of its own. A line for each kind; exit status 1 when one came to a wrong end.
 */
import { runInOwnNetwork } from '../src/rehearsal/cloud/namespaces/own-network.ts'
import { isInsideOwnNetwork } from '../src/rehearsal/cloud/namespaces/own-place.ts'
import { whyNoNamespaces } from '../src/rehearsal/cloud/namespaces/why-no-namespaces.ts'
import { readBooks } from '../test/cloud/read-books.ts'
import { faultsOf } from '../test/chaos/faults-of-home.ts'
import { liveUntilEffect } from '../test/chaos/live-until-effect.ts'
import { openDropletRig } from '../test/cloud/droplet-rig.ts'

const batches = 3
const mostSeconds = 300

/** Lives to the end, killed once after the first effect of that kind; which kinds there were, and what is wrong. */
async function live(kind: string | 0): Promise<{ kinds: string[]; wasKilled: boolean; faults: string[] }> {
  const rig = await openDropletRig({ runs: batches, policy: { max_workers: batches } })
  try {
    let last = await liveUntilEffect(rig.home, kind, mostSeconds)
    const wasKilled = last.signal === 'SIGKILL'
    if (wasKilled) last = await liveUntilEffect(rig.home, 0, mostSeconds)
    const left = rig.cloud.world.living().map(({ name }) => `droplet ${name} is left`)
    const faults = [...(await faultsOf(rig.home, rig.expected)), ...left, ...readBooks(rig.home, rig.cloud)]
    return { kinds: [...new Set(last.names)], wasKilled, faults }
  } finally {
    await rig.close()
  }
}

async function main(): Promise<number> {
  const whole = await live(0)
  let wrong = whole.faults.length
  process.stdout.write(`whole life: ${whole.kinds.length} kinds of effects, ${whole.faults.join('; ') || 'right end'}\n`)
  for (const kind of whole.kinds) {
    const { wasKilled, faults } = await live(kind).catch((error: unknown) => ({ wasKilled: true, faults: [String(error)] }))
    const said = wasKilled ? faults.join('; ') || 'right end' : 'NOT KILLED: no effect of that kind came'
    if (!wasKilled || faults.length > 0) wrong += 1
    process.stdout.write(`killed after "${kind}": ${said}\n`)
  }
  process.stdout.write(`${whole.kinds.length} kinds, ${wrong} wrong\n`)
  return wrong === 0 ? 0 : 1
}

if (isInsideOwnNetwork()) process.exitCode = await main()
else {
  const why = whyNoNamespaces()
  if (why !== undefined) throw new Error(why)
  process.exitCode = await runInOwnNetwork([process.execPath, ...process.execArgv, process.argv[1] ?? ''])
}
