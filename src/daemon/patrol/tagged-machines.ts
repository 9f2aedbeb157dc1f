import type { Price } from '../../core/cost.ts'

/** A machine of microfetch as the provider alone tells of it: by its tags and its name, whichever installation made it. */
export interface TaggedMachine {
  id: string
  name: string
  /** It has a name that microfetch gives; without it, it is never destroyed. */
  isNamedByUs: boolean
  /** The installation that made it; undefined when its tag is gone. */
  installationId: string | undefined
  attemptId: string | undefined
  /** No longer than this should it live. */
  expiresAt: Date | undefined
  /** A person asked that it be left alone (`mf-keep`). */
  keep: boolean
  /** As the provider says it. */
  status: string
  createdAt: Date
  price: Price
}

/** What sees and ends machines with nothing but the provider's token: no ledger, no home. */
export interface TaggedMachines {
  /** Every machine with our tag, of any installation. Throws a Problem when the provider cannot be asked. */
  list(): Promise<TaggedMachine[]>
  /** Asks for deletion after a last look at tag and name: 'going' until the provider no longer knows it, then 'gone'. */
  destroy(machineId: string): Promise<'going' | 'gone'>
}
