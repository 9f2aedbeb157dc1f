import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MadeFile } from './made-reads.ts'
import { temporaryFolder } from './temporary-folder.ts'

const script = join(import.meta.dirname, '..', 'bin', 'fetch-run.sh')

/** One line of a run for fetch-run.sh; the archive's word on the file unless said otherwise. */
export interface Line {
  name: string
  role: 'mate1' | 'mate2' | 'single' | 'orphan'
  file: Pick<MadeFile, 'bytes' | 'md5'>
  sources: string[]
}

/** What fetch-run.sh left and said. */
export interface Fetched {
  exit: number | null
  /** The line `microfetch-reason: …` without its name; empty when there is none. */
  reason: string
  stderr: string
  folder: string
  /** Names of the files in the run's folder. */
  files: string[]
  /** Rows of fetch.tsv by file name. */
  report: Map<string, Record<string, string>>
}

/** How a fetch is started: further options, the environment, and what to do with it while it runs. */
export interface FetchOptions {
  options?: string[]
  env?: Record<string, string>
  meanwhile?: (started: { pid: number; folder: string }) => Promise<void>
}

/** Runs fetch-run.sh in a fresh folder; waits are 0 s and a stall 2 s unless options say otherwise. */
export async function fetchRun(lines: Line[], { options = [], env = {}, meanwhile }: FetchOptions = {}): Promise<Fetched> {
  const folder = temporaryFolder('fetch-run')
  const files = lines.flatMap(({ name, role, file, sources }) => [
    '--file',
    [name, role, file.bytes, file.md5, sources.join('|')].join(','),
  ])
  const given = ['--run', 'ERR1', '--out', 'reads', '--waits', '0,0,0', '--stall-seconds', '2']
  const started = spawn('bash', [script, ...withoutRepeats(given, options), ...files], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  started.stderr.on('data', chunk => (stderr += String(chunk)))
  const ended = new Promise<number | null>(resolve => started.on('close', resolve))
  if (meanwhile !== undefined) await meanwhile({ pid: started.pid ?? -1, folder })
  const exit = await ended
  return {
    exit,
    reason: /^microfetch-reason: (.*)$/m.exec(stderr)?.[1] ?? '',
    stderr,
    folder,
    files: await readdir(join(folder, 'reads')).catch(() => []),
    report: await readReport(join(folder, 'fetch.tsv')),
  }
}

/** An option of the test's own replaces the usual one: fetch-run.sh would take both. */
function withoutRepeats(usual: string[], own: string[]): string[] {
  const kept = usual.filter((_, at) => !own.includes(usual[at - (at % 2)] ?? ''))
  return [...kept, ...own]
}

async function readReport(path: string): Promise<Map<string, Record<string, string>>> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [header = '', ...rows] = text.trimEnd().split('\n')
  const names = header.split('\t')
  return new Map(
    rows.map(row => {
      const cells = row.split('\t')
      return [cells[0] ?? '', Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']))]
    }),
  )
}
