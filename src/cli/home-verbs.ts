import { Problem } from '../core/problem.ts'

/**
 * Verbs that work on the home of this computer and ask no daemon. Those that copy or replace a ledger refuse a daemon that only the
 * environment names, too: whoever set it means that daemon's ledger, and would get another.
 */
const homeVerbs: Readonly<Record<string, 'flag' | 'flag and environment'>> = {
  backup: 'flag and environment',
  restore: 'flag and environment',
  up: 'flag',
  heartbeat: 'flag',
  demo: 'flag',
  doctor: 'flag',
  init: 'flag',
  config: 'flag',
  sweep: 'flag',
  panic: 'flag',
}

/** Refuses, as wrong usage, a daemon named to a verb that would not speak to it. */
export function refuseServer(verb: string, { flag, variable }: { flag: string | undefined; variable: string | undefined }): void {
  const refused = homeVerbs[verb]
  if (refused === undefined) return
  if (flag !== undefined) throw new Problem('bad-input', `--server ${flag}: ${verb} works on a home, not on a server`)
  if (refused === 'flag and environment' && variable !== undefined && variable !== '') {
    throw new Problem(
      'bad-input',
      `MICROFETCH_SERVER_URL is ${variable}, and ${verb} works on a home, not on a server: unset it, or do this where the daemon works`,
    )
  }
}
