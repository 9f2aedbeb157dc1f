import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import * as v from 'valibot'
import { type Assignment, assignmentSchema, wireVersion } from '../api/assignment.ts'
import { Problem } from '../core/problem.ts'
import { type FolderPaths, folderPaths } from './folder-paths.ts'
import { homeEnvironment, requirePower } from './pipeline-user.ts'

const seconds = v.pipe(v.number(), v.minValue(0))
// Never root: that is whom the pipeline is kept from.
const account = v.pipe(v.number(), v.integer(), v.minValue(1))

/** `boot.json`: how an agent begins, written by the provider. The last five are for tests and rarely set. */
const bootSchema = v.object({
  version: v.literal(wireVersion),
  attemptId: v.pipe(v.string(), v.minLength(1)),
  token: v.pipe(v.string(), v.minLength(1)),
  /** Where to call; without it the agent works from `assignment.json` and speaks by files alone. */
  serverUrl: v.optional(v.pipe(v.string(), v.url())),
  /** The machine's name where the environment does not tell it; else that of its folder. */
  name: v.optional(v.string()),
  /** The pipeline's own user, where the agent is root; without it the pipeline is started as whoever the agent is. */
  runAs: v.optional(v.object({ uid: account, gid: account, home: v.pipe(v.string(), v.startsWith('/')) })),
  /** The group that may read results, documents and logs and remove results; without it nobody but the agent's own user. */
  handTo: v.optional(v.object({ gid: account })),
  /** How long no daemon may answer before the work is begun from `assignment.json`. */
  offlineSeconds: v.optional(seconds, 30),
  /** Between TERM and KILL of the pipeline. */
  graceSeconds: v.optional(seconds, 15),
  /** Between two looks at the pipeline's trace and outputs. */
  pollSeconds: v.optional(seconds, 1),
  /** The first wait after an unheard callback; doubled up to a minute. */
  retrySeconds: v.optional(seconds, 1),
  /** An answer that takes longer is none. */
  callSeconds: v.optional(seconds, 20),
})
/** How an agent begins. */
export type Boot = v.InferOutput<typeof bootSchema>

/** All that an agent is told before it speaks to anybody. */
export interface AgentConfig {
  paths: FolderPaths
  boot: Boot
  machineName: string
  /** The part of the agent's own environment that the pipeline may see. */
  environment: Record<string, string>
}

// What programs need to find their way on a machine, and the user's own settings of Nextflow and containers. No secrets of a provider.
const inherited = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'JAVA_HOME',
  'JAVA_CMD',
  'DOCKER_HOST',
  // By which a local provider finds what belongs to its machine.
  'MICROFETCH_MACHINE',
  'MICROFETCH_MACHINE_FOLDER',
])
const inheritedPrefixes = ['LC_', 'NXF_', 'APPTAINER_', 'SINGULARITY_', 'CONDA_']

/** Reads the command line (`agent.mjs FOLDER`), the environment and `boot.json`. Throws a Problem `bad-input` that a person can act on. */
export async function readConfig(argv: string[], environment = process.env): Promise<AgentConfig> {
  const [folder, ...rest] = argv
  if (folder === undefined || rest.length > 0) throw new Problem('bad-input', 'usage: node agent.mjs FOLDER')
  const paths = folderPaths(resolve(folder))
  const boot = await readJson(paths.boot, bootSchema)
  requirePower(boot.runAs)
  return {
    paths,
    boot,
    machineName: environment['MICROFETCH_MACHINE'] ?? boot.name ?? basename(paths.folder),
    environment: { ...pipelineEnvironment(environment), ...(boot.runAs === undefined ? {} : homeEnvironment(boot.runAs)) },
  }
}

/** What somebody who came in by ssh wanted to start, where the key allows only the door. */
export function askedAtDoor(environment = process.env): string | undefined {
  return environment['SSH_ORIGINAL_COMMAND']
}

/** The assignment that lies in the folder; undefined when there is none, or one of another attempt. */
export async function readGivenAssignment(config: AgentConfig): Promise<Assignment | undefined> {
  try {
    const assignment = await readJson(config.paths.assignment, assignmentSchema)
    return assignment.attemptId === config.boot.attemptId ? assignment : undefined
  } catch {
    return undefined
  }
}

/** What of an environment a pipeline may see. */
export function pipelineEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    const may = inherited.has(name) || inheritedPrefixes.some(prefix => name.startsWith(prefix))
    if (value !== undefined && may) kept[name] = value
  }
  return kept
}

async function readJson<Schema extends v.GenericSchema>(path: string, schema: Schema): Promise<v.InferOutput<Schema>> {
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new Problem('bad-input', `cannot read ${path}`, { cause: error })
  }
  const parsed = v.safeParse(schema, json)
  if (!parsed.success) throw new Problem('bad-input', `${path} is not what it should be: ${v.summarize(parsed.issues)}`)
  return parsed.output
}
