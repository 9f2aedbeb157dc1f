import { spawn } from 'node:child_process'
import type { Assignment } from '../api/assignment.ts'
import { BoundedLog } from './bounded-log.ts'
import type { FolderPaths } from './folder-paths.ts'
import { pipelineMarker } from './kill-pipeline.ts'
import { type PipelineUser, startedAs } from './pipeline-user.ts'
import { traceFields } from './trace.ts'

/** How an execution of the pipeline ended. Nothing about runs follows from it: the trace and the run folders tell. */
export type PipelineEnd =
  { kind: 'exited'; status: number } | { kind: 'killed'; signal: string } | { kind: 'not started'; why: string }

const mostLogBytes = 5_000_000

/** Nextflow's configuration beside the project's own: only how the trace is written, whatever the project says of it. */
export function nextflowConfig(): string {
  return `trace.fields = '${traceFields.join(',')}'\ntrace.raw = true\ntrace.overwrite = true\n`
}

/** The arguments of one execution, after the command that starts Nextflow. */
export function nextflowArguments(assignment: Assignment, paths: FolderPaths, execution: number): string[] {
  const { recipe } = assignment
  const params = Object.entries(recipe.params).flatMap(([name, value]) => paramArguments(name, value, assignment))
  return [
    'run',
    recipe.project,
    ...(recipe.revision === '' ? [] : ['-revision', recipe.revision]),
    ...(recipe.profile === '' ? [] : ['-profile', recipe.profile]),
    ...['-c', paths.nextflowConfig],
    ...['-with-trace', paths.trace(execution)],
    ...['-work-dir', paths.work],
    ...['-ansi-log', 'false'],
    ...(execution === 1 ? [] : ['-resume']),
    ...['--input', paths.samplesheet],
    ...['--outdir', paths.out],
    ...params,
  ]
}

// `{memoryGb}` and `{cpus}` stand for what this machine may use: a recipe cannot know it beforehand.
function paramArguments(name: string, value: string | number | boolean, assignment: Assignment): string[] {
  const text = String(value).replaceAll('{memoryGb}', String(assignment.memoryGb)).replaceAll('{cpus}', String(assignment.cpus))
  // Nextflow takes a lone `--name ''` for a switch, and a value that begins with a dash for the next option.
  return text === '' || text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text]
}

/** A started pipeline. Neither promise rejects. */
export interface Pipeline {
  end: Promise<PipelineEnd>
  /** All that it printed is in the log; not before everything that holds its output has ended, too. */
  drained: Promise<void>
}

/**
 * Starts Nextflow in the agent's own group, so that whoever kills the group ends both; everything it starts carries our marker.
 * What it prints goes through the agent, to keep the log bounded.
 */
export function startPipeline(
  command: readonly string[],
  paths: FolderPaths,
  environment: Record<string, string>,
  user?: PipelineUser,
): Pipeline {
  const [program = 'nextflow', ...args] = user === undefined ? command : withoutPower(command)
  const log = new BoundedLog(paths.pipelineLog, mostLogBytes)
  const child = spawn(program, args, {
    cwd: paths.launch,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...startedAs(user),
  })
  child.stdout.on('data', (chunk: Buffer) => log.append(chunk))
  child.stderr.on('data', (chunk: Buffer) => log.append(chunk))
  const end = new Promise<PipelineEnd>(resolve => {
    child.once('error', error => resolve({ kind: 'not started', why: error.message }))
    // Not 'close': what outlives a killed Nextflow holds its pipes open.
    child.once('exit', (status, signal) =>
      resolve(status === null ? { kind: 'killed', signal: signal ?? '' } : { kind: 'exited', status }),
    )
  })
  const drained = new Promise<void>(resolve => {
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
  return { end, drained }
}

/** A command whose programs never gain rights by a file they start, and are the first that the kernel ends when memory runs out. */
function withoutPower(command: readonly string[]): string[] {
  const script = 'umask 022; echo 500 2>/dev/null >/proc/self/oom_score_adj; exec setpriv --no-new-privs -- "$@"'
  return ['/bin/sh', '-c', script, 'pipeline', ...command]
}

/** The pipeline's environment: the machine's, then the assignment's, then our markers. */
export function environmentOf(
  assignment: Assignment,
  inherited: Record<string, string>,
  machineName: string,
): Record<string, string> {
  return {
    ...inherited,
    ...assignment.environment,
    MICROFETCH_MACHINE: machineName,
    [pipelineMarker]: assignment.attemptId,
  }
}
