import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { missingTools } from './missing-tools.ts'
import { temporaryFolder } from './temporary-folder.ts'

const pipelines = join(import.meta.dirname, '..')

/** One line of a samplesheet. */
export interface SheetLine {
  run: string
  layout: 'paired' | 'single'
  file: string
  role: 'mate1' | 'mate2' | 'single' | 'orphan'
  bytes: number
  md5: string
  sources: string
}

/** What one Nextflow execution left. */
export interface Execution {
  exit: number | null
  /** Standard output and error together. */
  said: string
  folder: string
  outdir: string
  /** The trace, a row per task. */
  trace: Record<string, string>[]
}

/** The machine's own Nextflow, else the one that tooling/nextflow/install.sh brought; undefined when there is neither. */
export function nextflowCommand(): string | undefined {
  if (spawnSync('sh', ['-c', 'command -v nextflow']).status === 0) return 'nextflow'
  const pom = readFileSync(join(pipelines, '..', 'tooling', 'nextflow', 'pom.xml'), 'utf8')
  const version = /<nextflow.version>(.*)<\/nextflow.version>/.exec(pom)?.[1] ?? ''
  const brought = join(pipelines, '..', '.tools', `nextflow-${version}`, 'nextflow')
  return existsSync(brought) ? brought : undefined
}

/** Why tests that run Nextflow with these tools cannot run here, said loudly; false when they can. */
export function missingForNextflow(...tools: string[]): string | false {
  const missing = missingTools('java', 'bash', 'aria2c', ...tools)
  if (missing !== false || nextflowCommand() !== undefined) return missing
  const why = 'NOT RUN: there is no Nextflow (sh setup.sh brings it)'
  console.error(`\n*** ${why} ***\n`)
  return why
}

/** Runs one of our recipes over a samplesheet; in a folder of its own, or in `folder` when an execution is resumed there. */
export async function executeRecipe(recipe: string, lines: SheetLine[], options: string[], folder?: string): Promise<Execution> {
  const where = folder ?? temporaryFolder(recipe)
  const sheet = join(where, 'samplesheet.csv')
  const columns = ['run', 'layout', 'file', 'role', 'bytes', 'md5', 'sources'] as const
  const rows = lines.map(line => columns.map(column => line[column]).join(','))
  await writeFile(sheet, [columns.join(','), ...rows, ''].join('\n'))
  const outdir = join(where, 'results')
  const { exit, said } = await nextflow(
    [
      'run',
      join(pipelines, recipe),
      '-ansi-log',
      'false',
      '-work-dir',
      join(where, 'work'),
      '-with-trace',
      join(where, 'trace.tsv'),
    ].concat(['--input', sheet, '--outdir', outdir, '--waits', '0,0', '--stall_seconds', '2', '--fetch_retries', '0'], options),
    where,
  )
  return { exit, said, folder: where, outdir, trace: await readTrace(join(where, 'trace.tsv')) }
}

/** Runs Nextflow with these arguments in `folder`. */
export async function nextflow(given: string[], folder: string): Promise<{ exit: number | null; said: string }> {
  const started = spawn(nextflowCommand() ?? 'nextflow', given, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  started.stdout.on('data', chunk => (said += String(chunk)))
  started.stderr.on('data', chunk => (said += String(chunk)))
  const exit = await new Promise<number | null>(resolve => started.on('close', resolve))
  return { exit, said }
}

async function readTrace(path: string): Promise<Record<string, string>[]> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [header = '', ...rows] = text.trimEnd().split('\n')
  const names = header.split('\t')
  return rows.map(row => Object.fromEntries(row.split('\t').map((cell, at) => [names[at] ?? '', cell])))
}
