import type { EndpointName, Exchange } from '../exchange.ts'
import type { ArmWish } from '../scenario.ts'
import type { RunChange } from '../world/run-change.ts'
import type { RunRow } from '../world/run-row.ts'

/** Which rows an answer holds, beside what was asked for. */
export interface RowsPlan {
  /** The share of the rows that is sent, from the first on. */
  keepShare: number
  /** Leaves out every so-manieth row; 0 leaves none out. */
  dropEvery: number
  /** Sends every so-manieth row twice; 0 doubles none. */
  doubleEvery: number
  /** Sends the first half again in place of the second. */
  repeatsFirstHalf: boolean
  ignoresOffset: boolean
  /** The most rows that are sent, whatever limit was asked for. */
  mostRows: number
  /** A JSON list is not closed. */
  staysOpen: boolean
}

/** Which columns an answer knows. */
export interface ColumnsPlan {
  /** Columns that the archive has forgotten. */
  hidden: Set<string>
  /** Columns that come unasked. */
  extra: string[]
}

/** How the body of an answer travels. */
export interface BodyPlan {
  /** Where it stops: a share of its first piece (at most 128 KB); undefined lets it travel whole. */
  stopAtShare: number | undefined
  /** What happens there: the answer ends politely, the connection breaks, or nothing comes for some seconds and then the rest. */
  then: 'end' | 'cut' | 'pause'
  /** 0 pauses for ever. */
  pauseSeconds: number
  /** 0 for no limit. */
  bytesPerSecond: number
}

/** How a file travels. */
export interface FilePlan extends BodyPlan {
  ignoresRange: boolean
  /** Bytes are turned over in the middle of what is sent. */
  turnsBytes: boolean
  /** The Content-Length names only the bytes up to the stop, so that a short file looks whole. */
  namesShortLength: boolean
}

/** The settings of an armed fault, with the fault's own defaults filled in. */
export type FaultSettings = Required<Pick<ArmWish, 'times' | 'seconds' | 'share' | 'amount' | 'column' | 'value'>>

/** One entry of the fault menu. A hook that is missing lets that side of the archive work as it should. */
export interface Fault {
  /** Stable, kebab-case. */
  name: string
  /** One sentence: what the archive does. */
  does: string
  /** The endpoints that it strikes when the wish names none. */
  strikes: readonly EndpointName[]
  /** Only requests of these methods; any when not given. */
  methods?: readonly string[]
  /** What the wish may leave out; a fault strikes once when it does not say how often, and 0 means for ever. */
  defaults?: Partial<FaultSettings>
  /** Answers in place of the archive and returns true; or prepares something and returns false. */
  answer?(exchange: Exchange, settings: FaultSettings): Promise<boolean> | boolean
  columns?(plan: ColumnsPlan, settings: FaultSettings): void
  rows?(plan: RowsPlan, settings: FaultSettings): void
  body?(plan: BodyPlan, settings: FaultSettings): void
  file?(plan: FilePlan, settings: FaultSettings): void
  /** What `count` answers instead of the true number. */
  count?(rows: number, settings: FaultSettings): string
  /** How a run that fits differs while the fault is armed; `strikes` and `times` do not matter. */
  change?(row: RunRow, settings: FaultSettings): RunChange | undefined
}
