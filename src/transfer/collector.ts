import type { Manifest } from './manifest.ts'
import type { ClosingDocument, RunOutcome, Standing } from '../api/closing.ts'

/** Where an attempt's results lie. */
export interface AttemptPlace {
  attemptId: string
  /** The machine's address, as the provider gave it: an absolute folder of this computer, or a host that answers ssh. */
  address: string
  machineId: string
  /** The machine's own ssh host key (`ssh-ed25519 AAAA…`), made for this attempt; undefined for a folder of this computer. */
  hostKey: string | undefined
}

/** A delivery that lies proved in the library. */
export interface Proved {
  manifest: Manifest
  /** Below the library, never absolute. */
  relativePath: string
  versions: Record<string, string>
}

/** One run to bring home. */
export interface ToCollect {
  runAccession: string
  deliveryId: string
  /** The run's files as the archive has them, as the delivery owes them. */
  revision: string
  recipe: string
  recipeIdentity: string
  /** Tracked taxa that want it and whose recipe this is: they get a link. */
  taxIds: number[]
  /** SHA-256 of the manifest the agent announced; undefined when only a file told of it. */
  manifestSha256: string | undefined
}

/** What became of one transfer. Expected outcomes are values. */
export type Collected =
  | { kind: 'proved'; proved: Proved }
  /** Not there (yet): nothing was announced and nothing lies there. */
  | { kind: 'not-yet' }
  /** The library has no room for it: so many bytes must be free in all; undefined when nobody can tell. No fault of the run. */
  | { kind: 'no-space'; neededFreeBytes: number | undefined; why: string }
  /** `temporary`: the next pass tries again; else a person is asked. Nothing was removed. */
  | { kind: 'failed'; temporary: boolean; why: string }

/** A run that lies whole on the machine: the SHA-256 is that of its manifest as it lies there. */
export type HandedOver = Extract<RunOutcome, { outcome: 'done' }>

/** What can be read on the machine itself. `handedOver`: runs of which neither document speaks, but whose sound manifest lies there. */
export type PeekResult =
  | { kind: 'read'; standing: Standing | undefined; closing: ClosingDocument | undefined; handedOver: HandedOver[] }
  | { kind: 'unreachable'; why: string }

/** `left`: something of the run's results is still on the machine, because it is not what lies in the library. */
export type Removed = { kind: 'removed' } | { kind: 'left'; why: string }

/** A delivery that lies in the library, with all that a restored ledger needs to know it again. */
export interface StoredDelivery {
  runAccession: string
  deliveryId: string
  attemptId: string
  revision: string
  recipe: string
  recipeIdentity: string
  storedAt: Date
  proved: Proved
}

/** How results come home. It stores, proves and removes; it decides nothing. */
export interface Collector {
  readonly name: string
  /** Brings one run home and proves it against its manifest. Done before: says so again, from the receipt in the library. */
  collect(place: AttemptPlace, run: ToCollect): Promise<Collected>
  /** Removes the sources of what is proved at home; again is the same as once. What is not byte for byte in the library stays, empty folders may. */
  remove(place: AttemptPlace, runAccession: string): Promise<Removed>
  /**
   * What the machine itself says: its standing (beats), its closing document when it has been written, and of the `unheard` runs those
   * that lie there whole, though not all of them at once when they are many.
   */
  peek(place: AttemptPlace, unheard: readonly string[]): Promise<PeekResult>
  /** Renews the links of `by-taxon` and of the recipe to a delivery that lies in the library. */
  link(run: ToCollect, relativePath: string): Promise<void>
  /** Receipts that lie in the library, for a restored ledger: every stored delivery says itself what it is. */
  stored(): AsyncIterable<StoredDelivery>
  /** Removes what transfers of an ended attempt left half-way; the library itself is not touched. */
  clearIncoming(attemptId: string): Promise<void>
  /** Bytes free for the library. */
  freeBytes(): Promise<number>
  /** When the program that collects elsewhere was last heard; undefined when it never was. Absent where the daemon collects itself. */
  heardAt?(): Promise<Date | undefined>
}
