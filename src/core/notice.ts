/** What needs a person, as they are told of it. Instants are ISO 8601 in UTC. */
export interface ToldNeed {
  id: number
  subject: string
  subjectId: string
  cause: string
  evidence: string
  tried: string
  openedAt: string
  resolvedAt: string | null
  resolution: string
}

/** The daily line in figures; money in millionths of a dollar. */
export interface DailyFigures {
  /** YYYY-MM-DD. */
  day: string
  /** Machines that no living worker accounts for; null when the provider could not be asked. */
  unaccounted: number | null
  alive: number | null
  lastDayMicrodollars: number
  monthMicrodollars: number
  monthCapMicrodollars: number | null
  /** Days before this one on which nothing was told. */
  missedDays: number
}

/** Something that a person is told. */
export interface Notice {
  kind: 'opened' | 'reminder' | 'resolved' | 'daily'
  /** When it was written; ISO 8601 in UTC. */
  at: string
  /** One line. */
  title: string
  /** Whole sentences, with line feeds. */
  text: string
  need: ToldNeed | null
  daily: DailyFigures | null
}

/** Tells people, by the channels that are set, and never holds up or fails the work. */
export interface Teller {
  readonly channels: readonly string[]
  /** Minutes after midnight UTC at which the daily line is told. */
  readonly dailyAtMinutes: number
  /** Whether this notice is being sent just now. */
  isUnderWay(noticeId: number): boolean
  /** Begins to send a notice, and says afterwards what became of it: why it failed, or nothing. Never throws. */
  begin(noticeId: number, channel: string, notice: Notice, then: (fault: string | undefined) => Promise<void>): void
  /** Waits, a little, for what is under way. */
  close(): Promise<void>
}
