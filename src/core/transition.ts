import { Problem } from './problem.ts'

/** For each state, the events it accepts and where each one leads. */
export type Table<State extends string, Event extends string> = Record<State, Partial<Record<Event, State>>>

/** The state after `event`. Refuses what the table does not list. */
export function next<State extends string, Event extends string>(table: Table<State, Event>, from: State, event: Event): State {
  const to = table[from][event]
  if (to === undefined) throw new Problem('not-allowed', `"${event}" cannot happen while ${from}`)
  return to
}
