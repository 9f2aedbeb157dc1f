import { relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'
import { testFiles } from './test-files.ts'
import { closingWords, tallyOf, type TestEnd } from './test-tally.ts'

/*
 * Runs the tests: node tooling/run-tests.ts [--fast] [--folder=DIR] [PART-OF-A-PATH …]
 * Two files at a time, each in a process of its own. The exit status is 1 when a test failed or when there was none.
 */

const filesAtOnce = 2
/** A file that hangs longer than this has failed, in milliseconds. */
const fileMs = process.argv.includes('--fast') ? 3 * 60_000 : 45 * 60_000

const words = process.argv.slice(2)
const folder =
  words.find(word => word.startsWith('--folder='))?.slice('--folder='.length) ?? fileURLToPath(new URL('..', import.meta.url))
const wanted = words.filter(word => !word.startsWith('--'))
const files = testFiles(folder, wanted, words.includes('--fast') ? 'fast' : 'all')

if (files.length === 0) {
  process.stderr.write(`no test file${wanted.length === 0 ? '' : ` with ${wanted.join(' or ')} in its path`}\n`)
  process.exitCode = 1
} else {
  const begun = performance.now()
  const ends: TestEnd[] = []
  const stream = run({
    files: files.map(file => resolve(folder, file)),
    cwd: folder,
    concurrency: filesAtOnce,
    timeout: fileMs,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const secondsOf = new Map<string, number>()
  listen(stream, ends)
  // Each file ends as a test of its own, named by its path.
  stream.on('test:complete', ({ file, name, details }) => {
    if (file !== undefined && resolve(folder, name) === file) secondsOf.set(relative(folder, file), details.duration_ms / 1000)
  })
  await pipeline(stream, new spec(), process.stdout, { end: false })
  const tally = tallyOf(ends)
  process.stdout.write(closingWords(tally, { files: files.length, seconds: (performance.now() - begun) / 1000, secondsOf }))
  process.exitCode = tally.failed.length > 0 || tally.passed === 0 ? 1 : 0
}

function listen(stream: ReturnType<typeof run>, ends: TestEnd[]): void {
  const note = (event: Ended, outcome: TestEnd['outcome'], why: string): void => {
    ends.push({ name: event.name, file: event.file === undefined ? '' : relative(folder, event.file), outcome, why })
  }
  stream.on('test:pass', event => {
    const reason = event.skip ?? event.todo
    if (reason !== undefined) note(event, 'skipped', typeof reason === 'string' ? reason : '')
    // Node counts a file without a single test as a test that passed.
    else if (event.file !== undefined && resolve(folder, event.name) === event.file)
      note(event, 'failed', 'there is no test in it')
    else if (event.details.type !== 'suite') note(event, 'passed', '')
  })
  stream.on('test:fail', event => {
    // What fails only because of a test inside it is not counted again.
    if ((event.details.error as { failureType?: string }).failureType === 'subtestsFailed') return
    if (event.todo === undefined) note(event, 'failed', '')
    else note(event, 'skipped', typeof event.todo === 'string' ? event.todo : '')
  })
}

/** What both kinds of ends tell. */
interface Ended {
  name: string
  file?: string | undefined
}
