import { CommanderError } from 'commander'
import { describeError, Problem } from '../core/problem.ts'
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.ts'
import type { Screen } from './screen.ts'

/** Tells a person what was wrong, where, and what to do; the exit status that goes with it. A stack only when `debug`. */
export function explainError(error: unknown, screen: Screen, debug: boolean): ExitCode {
  // Commander has printed its own words already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
  const { words, advice, code } = explanationOf(error)
  screen.say(`${screen.paint.red('microfetch:')} ${words}`)
  if (debug) screen.say(error instanceof Error ? (error.stack ?? '') : String(error))
  else if (advice !== '') screen.say(screen.paint.dim(advice))
  return code
}

function explanationOf(error: unknown): { words: string; advice: string; code: ExitCode } {
  if (error instanceof Problem) {
    const code = exitCodeOf[error.code]
    return { words: describeError(error), advice: code === exitCodes.temporary ? 'Trying again later may help.' : '', code }
  }
  const fileFault = describeFileFault(error)
  if (fileFault !== undefined) return { words: fileFault, advice: '', code: exitCodes.error }
  const words = `this is a fault of microfetch itself: ${describeError(error)}`
  return { words, advice: 'Please report it, with what the same command prints with --debug.', code: exitCodes.error }
}

const fileFaults: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'it may not be used by this user',
  EPERM: 'it may not be used by this user',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  EEXIST: 'it exists already',
  EADDRINUSE: 'the address is in use; is a daemon running already?',
}

function describeFileFault(error: unknown): string | undefined {
  const { code, path, address, port } = error as { code?: unknown; path?: unknown; address?: unknown; port?: unknown }
  const meaning = typeof code === 'string' ? fileFaults[code] : undefined
  if (meaning === undefined) return undefined
  const thing = typeof path === 'string' ? path : typeof address === 'string' ? `${address}:${String(port)}` : 'a file'
  return `${thing}: ${meaning}`
}
