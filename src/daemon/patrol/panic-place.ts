import type { Price } from '../../core/cost.ts'

/** A machine that a panic ends. */
export interface PanicMachine {
  id: string
  name: string
  attemptId: string | undefined
  keep: boolean
  createdAt: Date
  price: Price
  /** The batch it works on; undefined where no ledger tells. */
  batch: string | undefined
  /** Runs on it that are announced, still owed, and not yet at home; undefined where no ledger tells. */
  unproved: number | undefined
}

/** Where a panic looks for machines and ends them: the ledger's home with its provider, or the account alone. */
export interface PanicPlace {
  /** The provider's name. */
  readonly provider: string
  /** Writes down that nothing may be created until a person resolves it; false where there is no ledger to write to. */
  stopCreating(): Promise<boolean>
  /** Every machine that is ours. Throws a Problem when the provider cannot be asked. */
  list(): Promise<PanicMachine[]>
  destroy(machineId: string): Promise<'going' | 'gone'>
  /** Writes down that a machine is gone by a person's will. */
  settle(machine: PanicMachine): Promise<void>
  /** Seconds until no create that is under way can bring a machine any more. */
  secondsUntilStill(): Promise<number>
}
