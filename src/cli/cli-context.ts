import type { Command } from 'commander'
import type { Client } from '../api/client.ts'
import type { Clock } from '../core/clock.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Screen } from './screen.ts'

/** Flags that every verb understands, as they were given; environment and file come after them. */
export interface GlobalFlags {
  /** `--home DIR`; undefined: MICROFETCH_HOME, else `~/microfetch`. Settle it through the settings, not here. */
  home: string | undefined
  /** `--server URL`: speak to a daemon there instead of to the ledger file of the home. */
  server: string | undefined
  /** `--setting SECTION.KEY=VALUE`, as often as it was given: stronger than the environment and the file. */
  settings: readonly string[]
  /** `--debug`, or MICROFETCH_DEBUG: errors come with their stack. */
  debug: boolean
}

/**
 * What a verb is given. It prints through `screen` only, throws a Problem when it cannot go on (the CLI prints it and chooses
 * the exit status), and calls `ends` for an exit status that is not a Problem.
 */
export interface CliContext {
  readonly screen: Screen
  readonly clock: Clock
  /** The environment, read once in `cli/config.ts`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder the program was started in. */
  readonly workingFolder: string
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly interrupted: AbortSignal
  flags(): GlobalFlags
  /**
   * The typed client: in process over the ledger file, or HTTP with `--server`. Opened at the first call, closed by the CLI.
   * Where there is no ledger yet, it is a `not-found`; `maybe`: an empty one stands in, and nothing is written; `made`: it is made.
   */
  client(options?: { ledger: 'maybe' | 'made' }): Promise<Client>
  /** Sets the exit status the program will end with; the highest one said wins. */
  ends(code: ExitCode): void
  /** From now on an interruption is how the verb is meant to end: it is no failure. */
  takesInterruption(): void
  /** Asks on a terminal; elsewhere refuses as a usage error that names `--yes`. True at once when `yes`. */
  confirm(question: string, yes: boolean): Promise<boolean>
}

/** One verb: puts its command on the program. Each file of `commands/` exports one, and `commands/verbs.ts` lists them. */
export type Verb = (program: Command, context: CliContext) => void
