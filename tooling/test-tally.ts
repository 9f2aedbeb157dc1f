/** A test or a suite that ended, as Node's runner tells it. */
export interface TestEnd {
  name: string
  /** The file it stands in, from the project's folder. */
  file: string
  outcome: 'passed' | 'failed' | 'skipped'
  /** Why it was skipped or is still to be written, where it says so. */
  why: string
}

/** What became of all tests. A skipped one did not pass. */
export interface Tally {
  passed: number
  failed: TestEnd[]
  skipped: TestEnd[]
}

/** Counts tests. */
export function tallyOf(ends: readonly TestEnd[]): Tally {
  return {
    passed: ends.filter(end => end.outcome === 'passed').length,
    failed: ends.filter(end => end.outcome === 'failed'),
    skipped: ends.filter(end => end.outcome === 'skipped'),
  }
}

/** What else is known of the tests that ran. */
export interface TestsRun {
  files: number
  /** From begin to end. */
  seconds: number
  secondsOf: ReadonlyMap<string, number>
}

/** So many of the files that took longest are named. */
const longestNamed = 5

/** The words at the end: what took long; what could not run, loudly; what failed, once more; and the count as the last line. */
export function closingWords(tally: Tally, { files, seconds, secondsOf }: TestsRun): string {
  const { passed, failed, skipped } = tally
  const longest = [...secondsOf].sort((a, b) => b[1] - a[1]).slice(0, longestNamed)
  const lines = ['', `longest: ${longest.map(([path, took]) => `${path} ${took.toFixed(0)} s`).join(' · ')}`]
  if (skipped.length > 0) {
    lines.push(
      '',
      `NOT RUN: ${skipped.length} of the tests or suites could not run here. They did not pass; nothing is known of what they test:`,
    )
    lines.push(...skipped.map(end => `  - ${end.name}  (${end.file})${end.why === '' ? '' : `: ${end.why}`}`))
  }
  if (failed.length > 0) {
    lines.push(
      '',
      `FAILED: ${failed.length}`,
      ...failed.map(end => `  - ${end.name}  (${end.file})${end.why === '' ? '' : `: ${end.why}`}`),
    )
  }
  const all = passed + failed.length + skipped.length
  lines.push(
    '',
    `${all} tests in ${files} ${files === 1 ? 'file' : 'files'}: ${passed} passed, ${failed.length} failed, ${skipped.length} not run, in ${seconds.toFixed(0)} s`,
  )
  return `${lines.join('\n')}\n`
}
