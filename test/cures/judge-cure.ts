import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cure, Disabling, Shown } from './cure.ts'

/** What came of taking one cure away. */
export interface Judged {
  isRight: boolean
  said: string
}

/** The longest that a green test may take. */
const longestMs = 300_000
/** A test that waits for what will never come counts as red: after so many times as long as it was green, and so long besides. */
const patience = { times: 5, ms: 20_000 }
const longestReason = 160

/** Shows, in a copy of the project, that a cure's test is green with it and red without it; the copy is as it was afterwards. */
export function judgeCure(copy: string, { test, without }: Cure): Judged {
  const missing = without.find(({ file, find }) => readFileSync(join(copy, file), 'utf8').split(find).length !== 2)
  if (missing !== undefined)
    return { isRight: false, said: `WRONG: ${missing.file} does not hold this text exactly once: ${missing.find}` }
  const before = greens.get(keyOf(test)) ?? passes(copy, test, longestMs)
  if (before.ran === 0) return { isRight: false, said: 'WRONG: no test of that name runs' }
  if (!before.isGreen) return { isRight: false, said: `WRONG: red with its cure\n${before.said}` }
  greens.set(keyOf(test), before)
  const undo = without.map(part => takeAway(copy, part)).toReversed()
  const after = passes(copy, test, Math.min(longestMs, patience.ms + patience.times * before.tookMs))
  for (const restore of undo) restore()
  if (after.isGreen) return { isRight: false, said: 'WRONG: green without its cure' }
  // A red that says nothing of the cure: the text that was put in its place is no program.
  if (/SyntaxError|ReferenceError|ERR_INVALID_TYPESCRIPT|is not a function/.test(after.said)) {
    return { isRight: false, said: `WRONG: it does not run any more without its cure\n${after.said}` }
  }
  return { isRight: true, said: `red without its cure (${reasonIn(after.said)})` }
}

interface Outcome {
  isGreen: boolean
  ran: number
  tookMs: number
  said: string
}

const greens = new Map<string, Outcome>()

function keyOf({ file, name }: Shown): string {
  return `${file} ${name}`
}

function passes(copy: string, { file, name }: Shown, atMostMs: number): Outcome {
  const pattern = name.replace(/\\u([0-9a-f]{4})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
  const flags = [
    `--test-timeout=${Math.ceil(atMostMs)}`,
    `--test-name-pattern=${pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`,
  ]
  const begunMs = performance.now()
  const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...flags, file], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
    timeout: Math.ceil(2 * atMostMs) + patience.ms,
  })
  const count = (word: string): number => Number(new RegExp(`^# ${word} (\\d+)`, 'm').exec(run.stdout)?.[1] ?? 0)
  const ran = count('pass') + count('fail') + count('cancelled')
  const tookMs = performance.now() - begunMs
  return { isGreen: run.status === 0 && count('fail') === 0, ran, tookMs, said: run.stdout.slice(0, 20_000) }
}

/** The first words of the first test that is red. */
function reasonIn(said: string): string {
  const lines = said.split('\n')
  const at = lines.findIndex(line => /^\s*error: /.test(line))
  const first = lines[at]?.trim().replace(/^error: /, '') ?? 'it never ended'
  const words = first.startsWith('|') ? lines.slice(at + 1, at + 12).map(line => line.trim()) : [first]
  return words
    .filter(word => word !== '')
    .join(' ')
    .slice(0, longestReason)
}

function takeAway(copy: string, { file, find, replace }: Disabling): () => void {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
  return () => writeFileSync(path, text)
}
