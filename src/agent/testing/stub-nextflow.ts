import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StubExecution, StubPlan, StubStep } from './stub-plan.ts'

// Stands for Nextflow in tests: reads the same arguments, writes the same trace and folders, and does what the plan says.

const args = process.argv.slice(2)
const option = (name: string): string => args[args.indexOf(name) + 1] ?? ''
const [trace, work, out, sheet] = [option('-with-trace'), option('-work-dir'), option('--outdir'), option('--input')]
const fields = /trace\.fields = '(.*)'/.exec(readFileSync(option('-c'), 'utf8'))?.[1]?.split(',') ?? []
const plan = JSON.parse(readFileSync(option('--stub_plan'), 'utf8')) as StubPlan

appendFileSync('arguments.txt', `${args.join(' ')}\n`)
appendFileSync('environment.txt', readFileSync('/proc/self/environ', 'utf8').replaceAll('\0', '\n'))
writeFileSync(`samplesheet-${executionNumber()}.csv`, readFileSync(sheet))
writeFileSync(trace, `${fields.join('\t')}\n`)
const runs = readFileSync(sheet, 'utf8')
const execution: StubExecution = plan.executions[Math.min(executionNumber(), plan.executions.length) - 1] ?? {
  steps: [],
  end: { exit: 0 },
}

process.on('SIGTERM', () => {
  void Promise.all((execution.onTerm ?? []).map(take)).then(() => process.exit(1))
})

for (const step of execution.steps) {
  if (!('run' in step) || runs.includes(step.run)) await take(step)
}
if (execution.end === 'hang') await sleep(600_000)
if (execution.end === 'kill -9') process.kill(process.pid, 'SIGKILL')
if (typeof execution.end === 'object') process.exit(execution.end.exit)

function executionNumber(): number {
  return Number(/trace-(\d+)/.exec(trace)?.[1])
}

async function take(step: StubStep): Promise<void> {
  switch (step.kind) {
    case 'task':
      return writeTask(step)
    case 'outputs':
      return writeOutputs(step)
    case 'link':
      return makeLink(step)
    case 'pipe':
      return makePipe(step)
    case 'orphan':
      return startOrphan(step.deaf)
    case 'print':
      return console.log(step.text)
    case 'sleep':
      return sleep(step.ms)
    case 'wait for':
      return waitFor(step.file)
  }
}

async function startOrphan(isDeaf: boolean): Promise<void> {
  const script = `${isDeaf ? "trap '' TERM; " : ''}echo $$ >>orphans.txt; while :; do sleep 0.2; done`
  spawn('sh', ['-c', script], { detached: true, stdio: 'inherit' })
  await waitFor('orphans.txt')
}

async function waitFor(file: string): Promise<void> {
  for (let looks = 0; !existsSync(file); looks++) {
    // Nobody is left who would lay it.
    if (looks > 6000) process.exit(99)
    await sleep(10)
  }
}

function makeLink(step: Extract<StubStep, { kind: 'link' }>): void {
  const isOurs = step.to.startsWith('work/')
  const target = isOurs ? join(work, step.to.slice(5)) : step.to
  mkdirSync(dirname(join(out, step.path)), { recursive: true })
  if (isOurs) writeFileSync(target, `content of ${step.to}`)
  symlinkSync(target, join(out, step.path))
}

function makePipe(step: Extract<StubStep, { kind: 'pipe' }>): void {
  mkdirSync(dirname(join(out, step.path)), { recursive: true })
  execFileSync('mkfifo', [join(out, step.path)])
}

function writeTask(step: Extract<StubStep, { kind: 'task' }>): void {
  const workdir = join(work, createHash('md5').update(JSON.stringify(step)).digest('hex'))
  mkdirSync(workdir, { recursive: true })
  writeFileSync(join(workdir, '.command.err'), step.stderr ?? '')
  const row: Record<string, string> = {
    process: `WORKFLOW:${step.process}`,
    tag: step.run,
    name: `WORKFLOW:${step.process} (${step.run})`,
    status: step.status,
    exit: step.exit,
    attempt: String(step.attempt ?? 1),
    workdir,
    error_action: step.action ?? '-',
  }
  appendFileSync(trace, `${fields.map(field => row[field] ?? '-').join('\t')}\n`)
}

function writeOutputs(step: Extract<StubStep, { kind: 'outputs' }>): void {
  const listed = Object.entries(step.files).map(([path, text]) => {
    const file = join(out, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    const sha256 = createHash('sha256')
      .update(step.complete === 'wrong hashes' ? 'other' : text)
      .digest('hex')
    return { path: path.replace(`${step.run}/`, ''), bytes: Buffer.byteLength(text), sha256 }
  })
  if (step.complete === undefined) return
  const list = JSON.stringify({ run: step.run, files: listed })
  writeFileSync(join(out, step.run, 'run-complete.json'), step.complete === 'cut' ? list.slice(0, -5) : list)
}
