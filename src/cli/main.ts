import { readEnvironment } from './config.ts'
import { runCli } from './run-cli.ts'

const interruption = new AbortController()
let interruptions = 0

function interrupt(): void {
  interruptions += 1
  // The first one lets the verb end in order; whoever presses again means at once.
  if (interruptions > 1) process.exit(130)
  interruption.abort()
}

process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
// The reader of a pipe may leave early (`| head`): that is not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  streams: { input: process.stdin, output: process.stdout, messages: process.stderr },
  environment: readEnvironment(),
  workingFolder: process.cwd(),
  interrupted: interruption.signal,
  clock: () => new Date(),
})
// A terminal's stdin, once read from, keeps a program alive.
process.stdin.unref?.()
