import { Problem } from '../core/problem.ts'
import type { AttemptPlace, Collector } from '../transfer/collector.ts'

/**
 * A collector that goes to machines by ssh alone: whatever the daemon says, no folder of this computer is taken for a machine, neither
 * to read in it nor to remove anything there.
 */
export function onlyBySsh(collector: Collector): Collector {
  const faultOf = ({ attemptId, hostKey }: AttemptPlace): string | undefined =>
    hostKey === undefined
      ? `attempt ${attemptId} has a machine without an ssh host key: folders of this computer are collected from only with --local-machines`
      : undefined
  return {
    ...collector,
    collect: async (place, run) => {
      const why = faultOf(place)
      return why === undefined ? collector.collect(place, run) : { kind: 'failed', temporary: false, why }
    },
    remove: async (place, runAccession) => {
      const why = faultOf(place)
      if (why !== undefined) throw new Problem('not-allowed', why)
      return collector.remove(place, runAccession)
    },
    peek: async (place, unheard) => {
      const why = faultOf(place)
      return why === undefined ? collector.peek(place, unheard) : { kind: 'unreachable', why }
    },
  }
}
