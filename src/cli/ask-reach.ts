import type { AskedReach } from '../api/taxa.ts'
import { Problem } from '../core/problem.ts'
import type { CliContext } from './cli-context.ts'
import { readWhole } from './read-arguments.ts'

/** The flags that say how much of the past is asked for. */
export interface ReachFlags {
  all?: boolean
  newOnly?: boolean
  from?: string
  maxRuns?: string
}

/** How far back the flags reach; null when none was given. Two of them contradict each other. */
export function readReach(flags: ReachFlags, now: Date): AskedReach | null {
  const given = [flags.all, flags.newOnly, flags.from, flags.maxRuns].filter(flag => flag !== undefined)
  if (given.length > 1) throw new Problem('bad-input', '--all, --new-only, --from and --max-runs: choose one of them')
  if (flags.all === true) return { kind: 'all' }
  if (flags.newOnly === true) return { kind: 'from', firstPublicOn: dayOf(now) }
  if (flags.from !== undefined) return { kind: 'from', firstPublicOn: readDay('--from', flags.from) }
  if (flags.maxRuns !== undefined) return { kind: 'max-runs', runs: readWhole('--max-runs', flags.maxRuns, 1) }
  return null
}

/** Asks a person how much of the past they want; an empty answer wants none of it. */
export async function askReach(context: CliContext): Promise<AskedReach | null> {
  const answer = (
    await context.screen.ask(
      'How much of the past? [new] only from today on, all, a day (YYYY-MM-DD), or how many of the newest runs: ',
    )
  ).toLowerCase()
  if (answer === '' || answer === 'new' || answer === 'n') return null
  if (answer === 'all' || answer === 'a') return { kind: 'all' }
  if (/^\d+$/.test(answer)) return { kind: 'max-runs', runs: readWhole('runs', answer, 1) }
  return { kind: 'from', firstPublicOn: readDay('the answer', answer) }
}

/** In words; null is what holds when nothing was asked. */
export function describeReach(reach: AskedReach | null): string {
  if (reach === null) return 'only runs from today on'
  switch (reach.kind) {
    case 'all':
      return 'every run of the past too'
    case 'from':
      return `runs public since ${reach.firstPublicOn}`
    case 'max-runs':
      return `the newest ${reach.runs} runs of the past`
  }
}

function readDay(where: string, text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && dayOf(new Date(`${text}T00:00:00Z`)) === text
  if (!isDay) throw new Problem('bad-input', `${where} ${text}: wanted is a day written YYYY-MM-DD`)
  return text
}

function dayOf(instant: Date): string {
  return Number.isNaN(instant.getTime()) ? '' : instant.toISOString().slice(0, 10)
}
