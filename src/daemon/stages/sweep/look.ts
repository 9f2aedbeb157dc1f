import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses } from '../../ledger/attention.ts'
import { graceUntil } from '../../ledger/grace.ts'
import type { Reader } from '../../ledger/ledger.ts'
import { machineNeeds } from '../../ledger/machine-needs.ts'
import { knownStrays } from '../../ledger/strays.ts'
import { liveWorkers, ownersOf } from '../../ledger/workers.ts'
import type { Owned, Seen, ToldCause } from './plan.ts'

/** Who resolves needs of machines because they are over; anybody else is a person. */
const resolvers = ['sweep', 'destroy', 'panic']

/** Reads the provider's list and everybody who may own what is on it. */
export async function look({ ledger, provider, attemptFolders }: Deps): Promise<Seen> {
  const machines = await provider.list()
  const attemptIds = machines.flatMap(machine => (machine.attemptId === undefined ? [] : [machine.attemptId]))
  const folders = await attemptFolders.list()
  const causes = await installationCauses(ledger.read)
  const strays = await knownStrays(ledger.read)
  return {
    listed: machines.map(({ id, name, attemptId, keep, status, createdAt, price }) => ({
      ...{ id, name, attemptId, keep, status, price },
      createdAtMs: createdAt.getTime(),
    })),
    workers: await ownedBy(ledger.read, [...new Set([...attemptIds, ...folders])]),
    attemptFolders: folders,
    strays: strays.map(stray => ({
      machineId: stray.machine_id,
      sightings: stray.sightings,
      firstSeenAtMs: Date.parse(stray.first_seen_at),
    })),
    graceUntilMs: await graceUntil(ledger.read),
    adopting: await isAdopting(ledger.read),
    onlyReports: causes.includes('restored'),
    told: (await machineNeeds(ledger.read, resolvers)).flatMap(({ subjectId, cause, isOpen }) =>
      isToldCause(cause) ? [{ machineId: subjectId, cause, isOpen }] : [],
    ),
    offIsUnreadable: provider.reachedBy === 'ssh',
  }
}

function isToldCause(cause: string): cause is ToldCause {
  return cause === 'unaccounted' || cause === 'kept' || cause === 'will-not-go'
}

async function ownedBy(read: Reader, attemptIds: readonly string[]): Promise<Owned[]> {
  const owners = await ownersOf(read, attemptIds)
  const isAnyAlive = owners.some(({ workerState }) => workerState !== 'destroyed')
  const live = new Map((isAnyAlive ? await liveWorkers(read) : []).map(one => [one.worker.name, one]))
  return owners.map(owner => {
    const one = live.get(owner.workerName)
    return {
      ...owner,
      unproved: one?.unproved ?? 0,
      closingHeard: typeof one?.attempt.closing_json === 'string',
      destroyAsked: typeof one?.worker.destroy_asked_at === 'string',
    }
  })
}
