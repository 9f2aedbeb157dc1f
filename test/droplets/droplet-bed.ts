import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Assignment } from '../../src/api/assignment.ts'
import { type ClosingDocument, closingSchema, standingSchema, type Standing } from '../../src/api/closing.ts'
import type { Recipe } from '../../src/core/recipe.ts'
import { agentBundle } from '../../src/daemon/providers/agent-bundle.ts'
import { accounts } from '../../src/daemon/providers/boot/droplet-paths.ts'
import { type Kit, type KitRecipe, makeKit, projectOnDroplet } from '../../src/daemon/providers/boot/kit.ts'
import { makeHostKey } from '../../src/daemon/providers/boot/make-host-key.ts'
import { userData } from '../../src/daemon/providers/boot/cloud-config.ts'
import type { BootPlan } from '../../src/daemon/providers/provider.ts'
import type { DropletSpec } from '../../src/rehearsal/cloud/droplet-hosts.ts'
import { type CommandEnd, tryCommand } from '../../src/rehearsal/cloud/namespaces/run-command.ts'
import { smallCloud, type SmallCloud, until } from '../../src/rehearsal/cloud/namespaces/testing/small-cloud.ts'
import { aBootPlan } from '../contracts/a-boot-plan.ts'
import * as v from 'valibot'

const stubProject = fileURLToPath(new URL('../stub-recipe', import.meta.url))

/** A callback as a droplet made it. */
export interface Told {
  path: string
  token: string
  body: { machineId: string; closing?: ClosingDocument; outcome?: { runAccession: string } }
}

/** A droplet with our user-data, and how it is reached as a collector does. */
export interface BedDroplet {
  spec: DropletSpec
  boot: BootPlan
  /** rsync from the droplet by the collector's key; gives the exit status. */
  rsync(args: readonly string[], from: string, to: string): Promise<CommandEnd>
  standing(): Promise<Standing | undefined>
  closing(): Promise<ClosingDocument | undefined>
  /** What ssh by the collector's key answers to a wish. */
  asCollector(wish: string): Promise<CommandEnd>
  /** As root, past every door. */
  root(command: string): Promise<CommandEnd>
}

/** What a test decides of a droplet. */
export interface BedWishes {
  runs?: string[]
  /** Shell lines that the pipeline's user executes before the stub of Nextflow. */
  probe?: string
  /** Whether the stub of Nextflow waits for each run whose name lies in its home. */
  holds?: boolean
  /** Whether the droplet is told of a daemon. */
  daemon?: boolean
  /** What of the kit's archive is served. */
  kit?: 'whole' | 'changed' | 'missing'
  /** `quick`: a failing boot tries only once what it would try again. */
  boot?: { quick: boolean }
  /** What the image does before anything of ours. */
  bootcmd?: string[]
}

/** A small cloud, a daemon that hears, and a web place with the kit. */
export class DropletBed {
  readonly cloud: SmallCloud
  readonly told: Told[] = []
  /** Answers for everything but the kit, instead of what is right. */
  status = 200
  kitServed: 'whole' | 'changed' | 'missing' = 'whole'
  readonly #kit: Kit
  readonly #recipe: KitRecipe
  readonly #server: Server
  readonly #assignments = new Map<string, Assignment>()
  readonly #key: string

  private constructor(cloud: SmallCloud, kit: Kit, recipe: KitRecipe) {
    this.cloud = cloud
    this.#kit = kit
    this.#recipe = recipe
    this.#key = join(cloud.folder, 'collector')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'collector', '-f', this.#key])
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const [status, body] = this.#answer(
          request.url ?? '',
          request.headers.authorization ?? '',
          Buffer.concat(chunks).toString(),
        )
        response.writeHead(status).end(body)
      })
    })
  }

  static async open(cloudInit: 'light' | 'real'): Promise<DropletBed> {
    const cloud = await smallCloud({ cloudInit })
    const recipe = { recipe: stubRecipe, project: stubProject }
    const kit = await makeKit(
      { agent: await agentBundle(join(cloud.folder, 'agent')), recipes: new Map([['stub', recipe]]) },
      join(cloud.folder, 'kits'),
    )
    const bed = new DropletBed(cloud, kit, recipe)
    await new Promise<void>(resolve => bed.#server.listen(0, cloud.hub.publicAddress, resolve))
    return bed
  }

  /** The collector's private key. */
  get collectorKeyFile(): string {
    return this.#key
  }

  /** The host key of a machine that is none of ours. */
  anotherHostKey(): string {
    return makeHostKey().publicKey
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not open')
    return `http://${this.cloud.hub.publicAddress}:${address.port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await this.cloud.close()
  }

  /** Boots a droplet with our own user-data. */
  async boot(place: number, wishes: BedWishes = {}): Promise<BedDroplet> {
    const attemptId = `attempt${place}`
    const boot: BootPlan = {
      ...aBootPlan(attemptId),
      token: createHash('sha256').update(attemptId).digest('hex'),
      serverUrl: wishes.daemon === true ? this.url : undefined,
      hostKey: makeHostKey(),
      assignment: this.#assignmentOf(attemptId, wishes),
    }
    this.#assignments.set(boot.token, boot.assignment)
    this.kitServed = wishes.kit ?? 'whole'
    const collectorKey = readFileSync(`${this.#key}.pub`, 'utf8')
    const text = userData(`mf-bed-${place}`, boot, { kitSha256: this.#kit.sha256, kitUrl: `${this.url}/place`, collectorKey })
    if (text.kind !== 'ready') throw new Error(text.why)
    const spec = await this.cloud.droplet(place, {
      name: `mf-bed-${place}`,
      memoryMb: 1500,
      userData: withWishes(text.text, wishes),
    })
    writeFileSync(join(this.cloud.folder, `host-${spec.id}.pub`), `${boot.hostKey?.publicKey ?? ''} pinned\n`)
    await this.cloud.boot(spec)
    return this.#reach(spec, boot)
  }

  async end(droplet: BedDroplet): Promise<void> {
    await this.cloud.hosts.end(droplet.spec.id)
  }

  #reach(spec: DropletSpec, boot: BootPlan): BedDroplet {
    const shell = this.cloud
      .sshWords(spec)
      .map(word => (word.endsWith('/person') ? this.#key : word))
      .join(' ')
    const rsync: BedDroplet['rsync'] = (args, from, to) =>
      tryCommand(['rsync', ...args, '--no-protect-args', `--rsh=${shell} -l mf-collect`, `${spec.publicAddress}:${from}`, to])
    const read = async (name: string): Promise<unknown> => {
      const to = join(this.cloud.folder, `read-${spec.id}`)
      mkdirSync(to, { recursive: true })
      const { code } = await rsync(['--checksum', '--ignore-missing-args'], name, `${to}/document`)
      try {
        return code === 0 ? JSON.parse(readFileSync(`${to}/document`, 'utf8')) : undefined
      } catch {
        return undefined
      } finally {
        execFileSync('rm', ['-rf', to])
      }
    }
    return {
      spec,
      boot,
      rsync,
      standing: async () => parsed(standingSchema, await read('standing.json')),
      closing: async () => parsed(closingSchema, await read('results/DONE.json')),
      asCollector: wish =>
        tryCommand(['env', ...shell.split(' '), '-l', 'mf-collect', spec.publicAddress, ...(wish === '' ? [] : [wish])]),
      root: command => this.cloud.ssh(spec, command),
    }
  }

  #assignmentOf(attemptId: string, { runs = ['ERR000001', 'ERR000002'], probe = ':', holds = false }: BedWishes): Assignment {
    const { assignment } = aBootPlan(attemptId)
    const project = projectOnDroplet(this.#kit.sha256, 'stub', this.#recipe)
    const { samplesheet, outputs, exitCodes } = stubRecipe
    return {
      ...assignment,
      recipe: {
        ...assignment.recipe,
        ...{
          name: 'stub',
          project,
          profile: '',
          revision: '',
          params: holds ? { holds: accounts.pipeline.home } : {},
          samplesheet,
          outputs,
          exitCodes,
        },
        complete: '{run}/run-complete.json',
      },
      runs: runs.map((run, at) => ({
        ...{ runAccession: run, deliveryId: `d${at}`, layout: 'single' as const, sampleAccession: `SAMEA${at}`, taxId: 562 },
        readFiles: [
          {
            name: `${run}.fastq.gz`,
            role: 'single' as const,
            sizeBytes: 1,
            md5: '0'.repeat(32),
            sources: ['http://files.invalid/a'],
          },
        ],
      })),
      nextflow: ['sh', '-c', `${probe}\nexec "${process.execPath}" "${project}/nextflow.ts" "$@"`, 'nextflow'],
      beatSeconds: 1,
      deadlineSeconds: 300,
      stallSeconds: 300,
      environment: {},
    }
  }

  #answer(path: string, authorization: string, text: string): [number, string | Buffer] {
    if (path.includes(this.#kit.sha256)) {
      if (this.kitServed === 'missing') return [404, '']
      const archive = readFileSync(this.#kit.path)
      return [200, this.kitServed === 'whole' ? archive : Buffer.concat([archive, Buffer.from('x')])]
    }
    const token = authorization.replace('Bearer ', '')
    this.told.push({ path, token, body: JSON.parse(text) as Told['body'] })
    if (this.status !== 200) return [this.status, '{}']
    switch (path) {
      case '/agent/register':
        return [200, JSON.stringify({ kind: 'go', assignment: this.#assignments.get(token) })]
      case '/agent/beat':
        return [200, '{"stop":false}']
      default:
        return [200, '{"ok":true}']
    }
  }
}

/** The user-data with what a test puts in, as an image would have it. */
function withWishes(text: string, { boot, bootcmd = [] }: BedWishes): string {
  const config = JSON.parse(text.slice(text.indexOf('\n'))) as { write_files: { path: string; content: string }[] }
  for (const file of config.write_files)
    if (boot?.quick === true && file.path.endsWith('/boot.conf')) file.content += 'kit_tries=1\n'
  return `#cloud-config\n${JSON.stringify({ ...config, bootcmd })}\n`
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> | undefined {
  const result = v.safeParse(schema, value)
  return result.success ? result.output : undefined
}

/** Waits for the closing document, read by the collector's key. */
export async function untilClosed(droplet: BedDroplet): Promise<ClosingDocument> {
  let closing: ClosingDocument | undefined
  await until('the closing document can be read', async () => (closing = await droplet.closing()) !== undefined)
  if (closing === undefined) throw new Error('there is none')
  return closing
}

const stubRecipe: Recipe = {
  name: 'stub',
  project: { kind: 'path', path: stubProject },
  profile: '',
  params: {},
  samplesheet: { delimiter: ',', lines: 'file', columns: { run: '{run}', md5: '{md5}' } },
  outputs: ['{run}/**'],
  complete: '{run}/run-complete.json',
  exitCodes: {},
}
