import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { searchPath } from './search-path.ts'

/** How a command ended. */
export interface CommandEnd {
  /** Its exit status: 128 and the signal's number when a signal ended it. */
  code: number
  stdout: string
  stderr: string
}

/** Runs one of the machine's programs with nothing in its environment but the search path. Answers however it ends; throws when it cannot start. */
export async function tryCommand(argv: readonly [string, ...string[]], input = ''): Promise<CommandEnd> {
  const [program, ...words] = argv
  const child = spawn(program, words, { env: { PATH: searchPath }, stdio: ['pipe', 'pipe', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', reject)
  child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 143)))
  child.stdin.on('error', () => undefined) // it may end without reading
  child.stdin.end(input)
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), promise])
  return { code, stdout, stderr }
}

/** As `tryCommand`, but throws with the command's own words when it ends with anything but 0. */
export async function runCommand(argv: readonly [string, ...string[]], input = ''): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(argv, input)
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr.trim() || stdout.trim()}${asGiven(input)}`)
  return stdout
}

function asGiven(input: string): string {
  return input === '' ? '' : `\ngiven:\n${input}`
}
