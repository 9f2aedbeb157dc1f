/** What is set aside for the machines of an attempt, before any of them is asked for. */
export interface ReservationsTable {
  attempt_id: string
  charged_tax_id: number
  /** All that was set aside, renewals included, in millionths of a dollar. */
  microdollars: number
  /** The price that was quoted: in an hour, the shortest time charged in seconds, and the least charged. */
  microdollars_per_hour: number
  minimum_seconds: number
  minimum_microdollars: number
  /** The provider's word for what was quoted; empty where it is not known. */
  size: string
  made_at: string
  /** How often it was used up and set aside anew. */
  renewals: number
  /** From then on its rest is free; null while it stands. An instant to come: a machine may yet appear until then. */
  freed_at: string | null
}

/** What was expected of an attempt when it began. */
export interface ForecastsTable {
  attempt_id: string
  runs: number
  bytes: number
  bases: number
  /** Of the machine, from its creation to its end. */
  seconds: number
  microdollars: number
  made_at: string
}

/** The tables of money beside `costs`. */
export interface MoneyTables {
  reservations: ReservationsTable
  forecasts: ForecastsTable
}
