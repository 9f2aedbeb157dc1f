import type { Cure } from './cure.ts'

const collections = 'test/integration/collector-several.test.ts'

/** Collecting: the institute's side. */
export const collectingCures: readonly Cure[] = [
  {
    fault: 'the disk of the institute is full',
    cure: 'free space and quota are looked at before a transfer; the library counts as full, the run is to blame for nothing',
    test: {
      file: 'src/daemon/stages/collect/collect-stage.test.ts',
      name: 'is full: the run is to blame for nothing, the smaller ones wait too, and all is well once it fits',
    },
    without: [
      {
        file: 'src/daemon/stages/collect/apply.ts',
        find: "  if (collected.kind === 'no-space') return noteNoSpace(run, collected, deps, at)\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'transfers at the same time, each of which would fit alone',
    cure: 'what one will still bring is kept free for it',
    test: {
      file: 'src/transfer/collect/space.test.ts',
      name: 'share what is free: the second is refused what the first will still bring, and gets it afterwards',
    },
    without: [
      {
        file: 'src/transfer/collect/space.ts',
        find: 'promised += await stillToCome(other)',
        replace: 'promised += 0 * (await stillToCome(other))',
      },
    ],
  },
  {
    fault: 'the collector is away: VPN down, maintenance',
    cure: 'finished machines wait with their results, a person is told, and nothing new is created until it is heard again',
    test: {
      file: 'test/integration/collector-away.test.ts',
      name: 'finished machines wait with their results, a person is told, and nothing new is created; all goes on when it is back',
    },
    without: [
      {
        file: 'src/daemon/stages/collect/plan.ts',
        find: "return isToTell ? [{ kind: 'collector-silent', heardAtMs }] : []",
        replace: 'return isToTell ? [] : []',
      },
    ],
  },
  {
    fault: 'results wait in more and more droplets',
    cure: 'nothing is created while `policy.max_held` of them wait',
    test: {
      file: 'src/daemon/stages/provision/plan.test.ts',
      name: 'nothing begins while results wait in too many machines, after a restore, or while something stands in the way',
    },
    without: [
      {
        file: 'src/daemon/stages/provision/plan.ts',
        find: ' || held >= policy.maxHeld) return 0',
        replace: ' || held < 0) return 0',
      },
    ],
  },
  {
    fault: 'two collectors at once',
    cure: 'an attempt is claimed in the ledger: the second gets none of it until the claim of the first is over',
    test: { file: collections, name: 'never get the same attempt, until the claim of one that fell silent is over' },
    without: [
      {
        file: 'src/daemon/ledger/collections.ts',
        find: "eb.or([eb('collection_claims.collector', '=', collector), eb('collection_claims.until', '<=', at.toISOString())])",
        replace: "eb('collection_claims.until', '<>', '')",
      },
    ],
  },
  {
    fault: 'a collector is killed in the middle',
    cure: 'store, flush, receipt, report, remove, in this order: each step is found again, and repeated as if nothing had been',
    test: {
      file: 'src/transfer/collect/crash-points.test.ts',
      name: 'after any effect of collecting leaves nothing half-stored, and the next one ends as if nothing had been',
    },
    without: [
      {
        file: 'src/transfer/collect/rsync-collector.ts',
        find: '  if (before !== undefined) await clearRun(library, place, run.runAccession)\n',
        replace: '',
      },
    ],
  },
  {
    fault: 'the answer to a report of a collector is lost',
    cure: 'it reports again until it is told that it was heard; a report counts once, also when it was acted on before',
    test: {
      file: 'test/integration/collector-door.test.ts',
      name: 'counts once however often it comes, also after it was acted on',
    },
    without: [
      {
        file: 'src/daemon/ledger/collection-reports.ts',
        find: "  if (known.receipt_id !== null) return { heard: 'noted', why: '' }\n",
        replace: '',
      },
    ],
  },
]
