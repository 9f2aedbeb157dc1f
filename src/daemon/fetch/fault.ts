import { Problem } from '../../core/problem.ts'
import type { ProblemCode } from '../../core/problem.ts'

/** What a fault says beside its code and message. */
export interface FaultTraits {
  /** Whether the same request may fare better in a moment. */
  passing: boolean
  /** The status of the answer, where there was one. */
  status?: number
  cause?: unknown
}

/** A Problem of an outgoing call, which also says whether another try is worth making. */
export class Fault extends Problem {
  readonly passing: boolean
  readonly status: number | undefined

  constructor(code: ProblemCode, message: string, traits: FaultTraits) {
    super(code, message, traits.cause === undefined ? undefined : { cause: traits.cause })
    this.passing = traits.passing
    this.status = traits.status
  }

  /** The same fault with more said about it. */
  saying(message: string): Fault {
    const { passing, status, cause } = this
    return new Fault(this.code, message, { passing, ...(status === undefined ? {} : { status }), cause })
  }
}
