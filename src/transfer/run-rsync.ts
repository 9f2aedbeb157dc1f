import { spawn, type ChildProcess } from 'node:child_process'
import { Problem } from '../core/problem.ts'
import { bytesWithin } from './bytes-within.ts'
import { hasCode } from './has-code.ts'
import type { RsyncExit } from './rsync-exit.ts'
import type { RsyncSettings } from './rsync.ts'

/** What one rsync may do at most when the other side is not ours. */
export interface RsyncBounds {
  /** The kernel lets it write no file longer than this, whatever the other side sends. 0: not one byte. */
  fileBytes: number
  /** It is ended after so long, moving or not. */
  seconds: number
  /** A folder that is looked at while it works: all files in it together may have so many bytes. */
  folder?: { path: string; mostBytes: number }
  /** Lines it may print. */
  lines?: number
}

/** One rsync: its words, what it is given on its input, and who hears what it prints. */
export interface RsyncCall {
  args: readonly string[]
  input: string
  bounds?: RsyncBounds | undefined
  hear?: (text: string) => void
}

const complaintBytes = 16_384
/** Address space of an rsync whose other side is not ours: enough for a list of a million names. */
const mostMemoryKbytes = 1_500_000
const ulimitBlockBytes = 512
const ungentleAfterMs = 10_000
const shortestLookMs = 500

/** Runs rsync once, with nothing of our environment. Beyond its bounds it is ended and a `broken-answer` (too long: `unreachable`) is thrown. */
export async function runRsync(call: RsyncCall, settings: RsyncSettings): Promise<RsyncExit> {
  const [command = '', ...args] = call.bounds === undefined ? [settings.command, ...call.args] : withLimits(call, settings)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: settings.searchPath, LC_ALL: 'C' } })
  const ended = whenEnded(child, call, settings)
  const guard = call.bounds === undefined ? undefined : new Guard(child, call.bounds)
  child.stdout?.on('data', (text: string) => guard?.hear(text))
  try {
    child.stdin?.end(call.input)
    const exit = await ended
    await guard?.lookOnceMore()
    if (guard?.broken !== undefined) throw guard.broken
    return exit
  } finally {
    guard?.stop()
  }
}

/** The limits are those of the kernel, set by the shell that turns into rsync; ssh gets them too and minds none of them. */
function withLimits({ args, bounds }: RsyncCall, settings: RsyncSettings): string[] {
  const blocks = bounds === undefined || bounds.fileBytes === 0 ? 0 : Math.ceil(bounds.fileBytes / ulimitBlockBytes) + 1
  // A limit that already stands may be lower, never higher.
  const fileLimit = `ulimit -f ${blocks} 2>/dev/null || [ "$(ulimit -f)" -lt ${blocks} ] || exit 126`
  return [
    'sh',
    '-c',
    `ulimit -c 0; ulimit -v ${mostMemoryKbytes} 2>/dev/null; ${fileLimit}; exec "$@"`,
    'sh',
    settings.command,
    ...args,
  ]
}

function whenEnded(child: ChildProcess, call: RsyncCall, settings: RsyncSettings): Promise<RsyncExit> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-complaintBytes)))
    child.stdout?.setEncoding('utf8').on('data', (text: string) => call.hear?.(text))
    // An rsync that ends early closes its input; how it ended says more than the broken pipe.
    child.stdin?.on('error', () => undefined)
    child.on('error', error => {
      const missing = hasCode(error, 'ENOENT', 'EACCES')
      reject(new Problem(missing ? 'refused' : 'no-capacity', `${settings.command} cannot be started`, { cause: error }))
    })
    child.on('close', (status, signal) => resolve({ status, signal, complaint: plainText(complaint) }))
  })
}

/** What the other side may have written reaches people: no terminal is moved by it. */
function plainText(complaint: string): string {
  return complaint
    .replaceAll(/[^\S\n]+/gu, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, char => (char === '\n' ? '\n' : '\ufffd'))
}

/** Ends an rsync that leaves its bounds, first gently. */
class Guard {
  broken: Problem | undefined
  readonly #child: ChildProcess
  readonly #bounds: RsyncBounds
  readonly #timers = new Set<NodeJS.Timeout>()
  #lines = 0
  #isOver = false

  constructor(child: ChildProcess, bounds: RsyncBounds) {
    this.#child = child
    this.#bounds = bounds
    const tooLong = new Problem('unreachable', `it was ended after ${bounds.seconds} seconds: the machine sends too slowly`)
    this.#after(bounds.seconds * 1000, () => this.#end(tooLong))
    this.#lookLater(shortestLookMs)
  }

  /** Counts lines of its output. */
  hear(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#lines++
    if (this.#bounds.lines === undefined || this.#lines <= this.#bounds.lines) return
    this.#end(new Problem('broken-answer', `the machine has more than ${this.#bounds.lines} files and folders there`))
  }

  /** A last look once it has ended: the kernel's own limit is seen by what it left. */
  async lookOnceMore(): Promise<void> {
    this.stop()
    await this.#look()
  }

  stop(): void {
    this.#isOver = true
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #lookLater(ms: number): void {
    if (this.#bounds.folder === undefined || this.#isOver) return
    this.#after(ms, () => {
      const begun = performance.now()
      // A look at ten thousand files takes a while: never more than a twentieth of the time goes into looking.
      void this.#look()
        .catch((error: unknown) => this.#end(new Problem('refused', 'its folder cannot be looked at', { cause: error })))
        .then(() => this.#lookLater(Math.max(shortestLookMs, 20 * (performance.now() - begun))))
    })
  }

  async #look(): Promise<void> {
    if (this.#bounds.folder === undefined || this.broken !== undefined) return
    const { path, mostBytes } = this.#bounds.folder
    const { bytes, largest } = await bytesWithin(path)
    if (bytes <= mostBytes && largest <= this.#bounds.fileBytes) return
    this.#end(
      new Problem('broken-answer', `the machine sends more than its manifest says: at most ${mostBytes} bytes were to come`),
    )
  }

  #end(why: Problem): void {
    this.broken ??= why
    if (this.#isOver) return
    this.#child.kill('SIGTERM')
    this.#after(ungentleAfterMs, () => {
      this.#child.kill('SIGKILL')
      // An ssh that outlives it may hold these open for ever.
      this.#child.stdout?.destroy()
      this.#child.stderr?.destroy()
    })
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(act, Math.min(ms, 2_147_483_647))
    this.#timers.add(timer)
  }
}
