import { execFile } from 'node:child_process'

/** How long a tool may take to say its version. Nextflow starts a JVM, on a busy machine twice. */
const toolMs = 60_000

/** Everything a tool prints, on both streams; undefined when it cannot be started or fails. */
export function runTool(program: string, words: readonly string[]): Promise<string | undefined> {
  return new Promise(resolve => {
    execFile(program, [...words], { timeout: toolMs, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve(error === null ? `${stdout}\n${stderr}` : undefined)
    })
  })
}

/** The first thing in a text that looks like a version. */
export function versionIn(text: string): string | undefined {
  return /\d+(\.\d+)+/.exec(text)?.[0]
}

/** Whether a version such as `3.2.7` is at least `least`. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = version.split('.').map(Number)
  const wanted = least.split('.').map(Number)
  for (const [place, part] of wanted.entries()) {
    const difference = (parts[place] ?? 0) - part
    if (difference !== 0) return difference > 0
  }
  return true
}
