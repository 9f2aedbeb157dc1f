import { createHash } from 'node:crypto'
import { createReadStream, existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CloudSettings } from '../../src/rehearsal/cloud/cloud-settings.ts'
import { fullToken, usualSettings } from '../../src/rehearsal/cloud/cloud-settings.ts'
import { openRealCloud, type RealCloud } from '../../src/rehearsal/cloud/open-real-cloud.ts'
import { startRehearsal, type Rehearsal } from '../../src/rehearsal/start-rehearsal.ts'
import type { ExpectedEnd } from '../chaos/faults-of-home.ts'
import { forgetInstallation, makeInstallation } from '../chaos/installation.ts'
import { stubContentFault } from '../chaos/stub-content-fault.ts'
import { stubSettings } from '../stub-recipe/stub-settings.ts'

/** How an installation on real droplets is made. */
export interface DropletRigOptions {
  runs: number
  cloudInit?: 'real' | 'light'
  /** Whether droplets can call the daemon; else all is read over ssh. */
  isHeard?: boolean
  policy?: Record<string, number>
  /** How often agents beat; five times a second when not given. */
  beatSeconds?: number
  /** Whole sections of the settings beside the usual. */
  sections?: string
  cloud?: Partial<CloudSettings>
}

/** An installation whose machines are droplets of namespaces, and that has not begun. Lives only inside a network of its own. */
export interface DropletRig {
  cloud: RealCloud
  archive: Rehearsal
  home: string
  /** Where the door of its daemon will be, for hosts of this network. */
  doorUrl: string
  peopleToken: string
  expected: ExpectedEnd
  close(): Promise<void>
}

const taxId = 562
const doorPort = 8577
const project = fileURLToPath(new URL('../..', import.meta.url))

/** Everything takes next to no time: what is tried is the chain, not patience. */
const quick: Partial<CloudSettings> = {
  boot: [0, 0],
  address: [0, 0],
  destroy: [0, 0],
  newInList: [0, 0],
  goneFromList: [0, 0],
  switchOff: [0, 0],
  dropletLimit: 300,
  // A pass every half second asks more than a person's installation ever does.
  limits: { ...usualSettings.limits, perMinute: 100_000, perHour: 1_000_000 },
}

/** Makes it; everything of it goes away with `close`. */
export async function openDropletRig(options: DropletRigOptions): Promise<DropletRig> {
  const seen = [project, dirname(process.execPath)]
  const cloud = await openRealCloud({ cloudInit: options.cloudInit ?? 'light', seen, ...quick, ...options.cloud })
  const host = cloud.hub.publicAddress
  const archive = await startRehearsal({
    host,
    scenario: {
      taxa: [{ id: taxId, name: 'Escherichia coli', rank: 'species' }],
      runs: [{ taxon: taxId, count: options.runs, mix: 'plain', content: 'promised' }],
    },
  })
  const peopleToken = createHash('sha256').update(cloud.url).digest('hex')
  const doorUrl = `http://${host}:${doorPort}`
  const home = await makeInstallation(settingsOf(options, { cloud, archive, peopleToken, doorUrl }), taxId)
  writeFileSync(join(home, 'token'), fullToken, { mode: 0o600 })
  const stopServing = await serveKits(home, host)
  const fates = new Map((await archive.control.runs()).map(run => [run, 'delivered']))
  return {
    cloud,
    archive,
    home,
    doorUrl,
    peopleToken,
    expected: { fates, recipe: 'stub', taxId, contentFault: stubContentFault },
    close: async () => {
      await stopServing()
      await archive.stop()
      await cloud.close()
      forgetInstallation(home)
    },
  }
}

/** Kits lie at an address of their own: droplets that cannot reach the daemon fetch theirs there. */
function kitUrlOf(doorUrl: string): string {
  return doorUrl.replace(String(doorPort), String(doorPort + 1))
}

async function serveKits(home: string, host: string): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const path = join(home, 'kits', basename(request.url ?? ''))
    if (!existsSync(path)) return void response.writeHead(404).end()
    createReadStream(path).pipe(response)
  })
  await new Promise<void>(resolve => server.listen(doorPort + 1, host, resolve))
  return async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
}

type Made = Pick<DropletRig, 'cloud' | 'archive' | 'peopleToken' | 'doorUrl'>

function settingsOf(options: DropletRigOptions, { cloud, archive, peopleToken, doorUrl }: Made): string {
  const patient = { boot_seconds: 300, lease_seconds: 60, progress_seconds: 300, deadline_seconds: 600, period_seconds: 0.5 }
  const policy = { ...patient, batch_runs: 1, max_workers: 5, ...options.policy }
  const listen = doorUrl.slice('http://'.length)
  const usual = stubSettings(archive, { listen, policy })
  const [, nextflow = ''] = /\[nextflow\]\ncommand = (.*)/.exec(usual) ?? []
  const door = [
    'allow_remote = true',
    `token_hash = "${createHash('sha256').update(peopleToken).digest('hex')}"`,
    ...(options.isHeard === false ? [] : [`public_url = "${doorUrl}"`]),
  ]
  return [
    usual
      .replace('[server]\n', `[server]\n${door.join('\n')}\n`)
      .replace('beat_seconds = 0.2', `beat_seconds = ${options.beatSeconds ?? 0.2}`),
    '[provider]',
    'name = "digitalocean"',
    '[digitalocean]',
    `api_url = "${cloud.url}"`,
    'token_file = "token"',
    `kit_url = "${kitUrlOf(doorUrl)}"`,
    `nextflow = ${nextflow}`,
    options.sections ?? '',
  ].join('\n')
}
