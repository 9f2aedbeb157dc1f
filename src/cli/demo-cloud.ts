import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Problem } from '../core/problem.ts'
import { fullToken } from '../rehearsal/cloud/cloud-settings.ts'
import { isInsideOwnNetwork } from '../rehearsal/cloud/namespaces/own-place.ts'
import { runInOwnNetwork } from '../rehearsal/cloud/namespaces/own-network.ts'
import { whyNoNamespaces } from '../rehearsal/cloud/namespaces/why-no-namespaces.ts'
import { openRealCloud, type RealCloud } from '../rehearsal/cloud/open-real-cloud.ts'
import type { DemoSections } from './demo-home.ts'

/** Port on which the daemon of the demonstration hears its droplets. */
const daemonPort = 8577

/**
 * Starts this very command again in a network of its own, from which nothing can leave, and answers its exit status. Undefined when this
 * program runs in such a network already. Throws `refused` when the machine cannot have one.
 */
export async function inOwnNetwork(words: readonly string[]): Promise<number | undefined> {
  if (isInsideOwnNetwork()) return undefined
  const why = whyNoNamespaces({ cloudInit: 'real' })
  if (why !== undefined) throw new Problem('refused', why)
  const program = process.argv[1]
  if (program === undefined) throw new Problem('refused', 'this program cannot tell how it was started')
  return runInOwnNetwork([process.execPath, ...process.execArgv, program, ...words])
}

/** Opens a cloud of real droplets for a demonstration whose home is hidden from them. */
export function openDemoCloud(home: string, seen: readonly string[]): Promise<RealCloud> {
  return openRealCloud({ cloudInit: 'real', hidden: [home], seen })
}

/** What the settings of such a demonstration say beside the usual. The cloud's token lies in the home, as a real one would. */
export function cloudSections(cloud: RealCloud, home: string, nextflow: readonly string[]): DemoSections {
  const tokenFile = join(home, 'digitalocean.token')
  writeFileSync(tokenFile, `${fullToken}\n`, { mode: 0o600 })
  // Nobody but this program speaks to the door as a person.
  const peopleToken = randomBytes(32).toString('hex')
  const { publicAddress } = cloud.hub
  return {
    provider: { name: 'digitalocean' },
    digitalocean: { api_url: cloud.url, token_file: tokenFile, regions: ['fra1'], nextflow: [...nextflow] },
    server: {
      listen: `${publicAddress}:${daemonPort}`,
      public_url: `http://${publicAddress}:${daemonPort}`,
      allow_remote: true,
      token_hash: createHash('sha256').update(peopleToken).digest('hex'),
    },
    // So much is reserved for each droplet that several fit below the cap.
    spend: { month_dollars: 5, collection_hours: 1 },
    policy: { max_workers: 3, batch_runs: 2, memory_sizes_gb: [8, 16], deadline_seconds: 7200 },
  }
}

/** Folders that droplets have to see beside the system's own: where this program and Nextflow lie. */
export function foldersSeen(packageFolder: string, nextflow: readonly string[]): string[] {
  return [...new Set([packageFolder, ...nextflow.filter(word => word.startsWith('/')).map(word => dirname(word))])]
}
