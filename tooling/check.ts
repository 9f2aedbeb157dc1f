import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * npm run check: types, lint, format, layout and fast tests, in less than a minute. What is quick to find is said first; everything is
 * looked at, whatever fails. Two at a time.
 */

interface Step {
  name: string
  words: string[]
}

const folder = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string): string => join(folder, 'node_modules', name)

const steps: readonly Step[] = [
  { name: 'lint', words: [bin('eslint/bin/eslint.js'), '.'] },
  { name: 'types', words: [bin('typescript/bin/tsc'), '-p', '.'] },
  {
    name: 'format',
    words: [bin('prettier/bin/prettier.cjs'), '--check', '--cache', '--cache-strategy=content', '--log-level=warn', '.'],
  },
  { name: 'layout and fast tests', words: [join(folder, 'tooling', 'run-tests.ts'), '--fast'] },
]

const waiting = [...steps]
const broken: string[] = []

async function work(): Promise<void> {
  for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
    const begun = performance.now()
    const { status, output } = await outcomeOf(step)
    const seconds = ((performance.now() - begun) / 1000).toFixed(0)
    const isGood = status === 0
    if (!isGood) {
      broken.push(step.name)
      process.stdout.write(`\n${output}\n`)
    }
    const last = isGood && step.words.includes('--fast') ? `: ${output.trimEnd().split('\n').at(-1) ?? ''}` : ''
    process.stdout.write(`${isGood ? '✔' : '✘'} ${step.name} (${seconds} s)${last}\n`)
  }
}

/** Runs a step; its exit status with everything it printed. */
function outcomeOf({ words }: Step): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    program.stdout.on('data', (part: Buffer) => parts.push(part))
    program.stderr.on('data', (part: Buffer) => parts.push(part))
    program.once('error', reject)
    program.once('close', status => resolve({ status, output: Buffer.concat(parts).toString('utf8') }))
  })
}

await Promise.all([work(), work()])
if (broken.length > 0) {
  process.stdout.write(`\nnot clean: ${broken.join(', ')}\n`)
  process.exitCode = 1
}
