import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/*
 * Stands in for Nextflow where only the chain around it is tried: reads the samplesheet (run,md5), writes for each run a small
 * result and what says that it is whole, and a row of the trace. Takes some 50 ms, no reads are fetched.
 *
 * With `--holds FOLDER` a test decides how it goes: a run waits as long as FOLDER/<run> is there, and fails while FOLDER/<run>.fails is.
 */
function valueOf(flag: string): string | undefined {
  const at = process.argv.indexOf(flag)
  return at < 0 ? undefined : process.argv[at + 1]
}

const neverWoken = new Int32Array(new SharedArrayBuffer(4))

function waitAsLongAs(path: string): void {
  while (existsSync(path)) Atomics.wait(neverWoken, 0, 0, 20)
}

const outdir = valueOf('--outdir') ?? ''
const trace = valueOf('-with-trace') ?? ''
const holds = valueOf('--holds')
const [, ...lines] = readFileSync(valueOf('--input') ?? '', 'utf8')
  .trimEnd()
  .split('\n')
const runs = new Map<string, string[]>()
for (const line of lines) {
  const [run = '', md5 = ''] = line.split(',')
  runs.set(run, [...(runs.get(run) ?? []), md5])
}

writeFileSync(trace, 'task_id\thash\tnative_id\tprocess\ttag\tname\tstatus\texit\tattempt\tworkdir\n')
let place = 0
for (const [run, md5s] of runs) {
  place += 1
  if (holds !== undefined) waitAsLongAs(join(holds, run))
  const fails = holds !== undefined && existsSync(join(holds, `${run}.fails`))
  const [status, exit] = fails ? ['FAILED', '1'] : ['COMPLETED', '0']
  const row = `${place}\tab/${place}\t1\tSTUB\t${run}\tSTUB (${run})\t${status}\t${exit}\t1\t${outdir}\n`
  if (fails) {
    appendFileSync(trace, row)
    continue
  }
  const folder = join(outdir, run)
  mkdirSync(folder, { recursive: true })
  const text = `${run} ${md5s.join(' ')}\n`
  writeFileSync(join(folder, 'result.txt'), text)
  const file = { path: 'result.txt', bytes: text.length, sha256: createHash('sha256').update(text).digest('hex') }
  writeFileSync(join(folder, 'run-complete.json'), JSON.stringify({ run, files: [file] }))
  appendFileSync(trace, row)
}
