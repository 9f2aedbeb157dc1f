import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { Assignment } from '../../api/assignment.ts'
import { type ClosingDocument, closingSchema, type RunOutcome, standingSchema } from '../../api/closing.ts'
import { seePrograms } from '../kill-pipeline.ts'
import { FakeDaemon } from './fake-daemon.ts'
import type { StubPlan } from './stub-plan.ts'
import { newFolder } from './new-folder.ts'

const stub = fileURLToPath(new URL('./stub-nextflow.ts', import.meta.url))

/** The token of every agent in tests; it must never be found in a log. */
export const testToken = 'f00dfeedf00dfeedf00dfeedf00dfeed'

/** The agent's file and the Node that runs it. */
export interface AgentProgram {
  node: string
  bundle: string
}

/** An assignment over these runs for the stub of Nextflow, with a list that says when a run is whole. */
export function anAssignment(attemptId: string, runs: string[], overrides: Partial<Assignment> = {}): Assignment {
  return {
    version: 1,
    attemptId,
    batchName: 'b1',
    recipe: {
      name: 'stub',
      project: '/stub/project',
      revision: '',
      identity: 'i1',
      profile: 'path',
      params: {},
      samplesheet: { delimiter: ',', lines: 'file', columns: { run: '{run}', file: '{file}', sources: '{sources}' } },
      outputs: ['{run}/*'],
      complete: '{run}/run-complete.json',
      exitCodes: {
        FETCH: { '44': { reason: 'DL_MD5', cure: 'retry' } },
        '*': { '51': { reason: 'ASM_NO_CONTIGS', cure: 'none' } },
      },
    },
    runs: runs.map((run, at) => ({
      runAccession: run,
      deliveryId: `d${at}`,
      layout: 'single',
      sampleAccession: `SAMEA${at}`,
      taxId: 562,
      readFiles: [
        { name: `${run}.fastq.gz`, role: 'single', sizeBytes: 1, md5: '0'.repeat(32), sources: [`http://127.0.0.1/${run}`] },
      ],
    })),
    nextflow: [process.execPath, '--disable-warning=ExperimentalWarning', stub],
    memoryGb: 2,
    cpus: 1,
    beatSeconds: 0.05,
    deadlineSeconds: 30,
    stallSeconds: 30,
    environment: {},
    ...overrides,
  }
}

/** A machine's folder with a daemon beside it, and the agent in it. */
export class MachineBed {
  readonly folder = newFolder()
  readonly attemptId = `a${Math.random().toString(36).slice(2, 12)}`
  readonly daemon = new FakeDaemon()
  agent: ChildProcess | undefined
  #program: AgentProgram
  #stderr = ''

  constructor(program: AgentProgram) {
    this.#program = program
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  read(name: string): string {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : ''
  }

  /** Lays plan, assignment and boot file. `given`: the assignment lies in the folder, too, as a provider would put it. */
  lay(plan: StubPlan, assignment: Assignment, options: { boot?: object; given?: boolean; daemon?: boolean } = {}): void {
    writeFileSync(this.path('plan.json'), JSON.stringify(plan))
    const recipe = { ...assignment.recipe, params: { ...assignment.recipe.params, stub_plan: this.path('plan.json') } }
    this.daemon.assignment = { ...assignment, recipe }
    if (options.given === true) writeFileSync(this.path('assignment.json'), JSON.stringify(this.daemon.assignment))
    const boot = {
      version: 1,
      attemptId: this.attemptId,
      token: testToken,
      offlineSeconds: 30,
      graceSeconds: 0.3,
      pollSeconds: 0.02,
    }
    const serverUrl = options.daemon === false ? {} : { serverUrl: this.daemon.url }
    writeFileSync(
      this.path('boot.json'),
      JSON.stringify({ ...boot, retrySeconds: 0.02, callSeconds: 2, ...serverUrl, ...options.boot }),
    )
  }

  /** Starts the agent as a provider does: detached, with the machine's name in its environment. */
  start(): void {
    const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', MICROFETCH_MACHINE: 'mf-test', SECRET_OF_THE_PROVIDER: 'x' }
    this.agent = spawn(this.#program.node, [this.#program.bundle, this.folder], {
      detached: true,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.agent.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
  }

  /** What the agent said on its own stderr, for messages of failed tests. */
  get story(): string {
    return `${this.#stderr}\n${this.read('agent.log')}\n${this.read('pipeline.log')}`
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    for (let looks = 0; !isSo(); looks++) {
      if (looks > 1500) throw new Error(`never happened: ${what}\n${this.story}`)
      await sleep(10)
    }
  }

  async untilExit(): Promise<number | string | null> {
    const { agent } = this
    await this.until(() => agent?.exitCode !== null || agent.signalCode !== null, 'the agent exits')
    return agent?.exitCode ?? agent?.signalCode ?? null
  }

  async untilClosed(): Promise<ClosingDocument> {
    await this.until(() => existsSync(this.path('results/DONE.json')), 'the closing document is written')
    return v.parse(closingSchema, JSON.parse(this.read('results/DONE.json')))
  }

  standing(): v.InferOutput<typeof standingSchema> | undefined {
    const text = this.read('standing.json')
    return text === '' ? undefined : v.parse(standingSchema, JSON.parse(text))
  }

  /** Programs of the pipeline that are still there, found by their marker, and by what the orphans wrote down of themselves. */
  leftOver(): number[] {
    const orphans = new Set(this.read('launch/orphans.txt').split('\n').map(Number))
    const programs = seePrograms(this.attemptId).filter(program => program.isMarked || orphans.has(program.pid))
    return programs.filter(program => program.state !== 'Z').map(program => program.pid)
  }

  makeLaunchFile(name: string): void {
    mkdirSync(this.path('launch'), { recursive: true })
    writeFileSync(this.path(`launch/${name}`), '')
  }

  /** Ends whatever a test has left running. Never throws: else the open daemon would keep the test's program alive. */
  async clear(): Promise<void> {
    const { agent } = this
    const isAlive = (): boolean => agent !== undefined && agent.exitCode === null && agent.signalCode === null
    // First the agent, so that it starts nothing more; then again and again what it has started.
    for (let looks = 0; looks < 500 && (isAlive() || this.leftOver().length > 0); looks++) {
      if (isAlive()) agent?.kill('SIGKILL')
      else for (const pid of this.leftOver()) killIfThere(pid)
      await sleep(10)
    }
    await this.daemon.close()
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended between the look and the signal.
  }
}

/** An outcome in short: `ERR1 done`, `ERR2 failed DL_MD5 retry`. */
export function inShort(outcome: RunOutcome): string {
  return outcome.outcome === 'done'
    ? `${outcome.runAccession} done`
    : `${outcome.runAccession} failed ${outcome.reason} ${outcome.cure}`
}
