/** A line for people and programs: a fixed text, and the rest in fields. */
export interface Log {
  say(text: string, fields?: LogFields): void
  warn(text: string, fields?: LogFields): void
}

/** The variables of a line. `taxId` sends it to that taxon's own log as well. */
export interface LogFields {
  taxId?: number | null
  [field: string]: unknown
}
