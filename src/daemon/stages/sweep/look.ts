import type { Deps } from '../../deps.ts'
import { isAdopting } from '../../ledger/adopting.ts'
import { installationCauses, reportedMachines } from '../../ledger/attention.ts'
import { graceUntil } from '../../ledger/grace.ts'
import { knownStrays } from '../../ledger/strays.ts'
import { ownersOf } from '../../ledger/workers.ts'
import type { Seen } from './plan.ts'

/** Reads the provider's list and everybody who may own what is on it. */
export async function look({ ledger, provider, attemptFolders }: Deps): Promise<Seen> {
  const machines = await provider.list()
  const attemptIds = machines.flatMap(machine => (machine.attemptId === undefined ? [] : [machine.attemptId]))
  const folders = await attemptFolders.list()
  const owners = await ownersOf(ledger.read, [...new Set([...attemptIds, ...folders])])
  const causes = await installationCauses(ledger.read)
  return {
    listed: machines.map(({ id, name, attemptId, keep }) => ({ id, name, attemptId, keep })),
    workers: owners,
    attemptFolders: folders,
    strays: (await knownStrays(ledger.read)).map(stray => ({ machineId: stray.machine_id, sightings: stray.sightings })),
    graceUntilMs: await graceUntil(ledger.read),
    adopting: await isAdopting(ledger.read),
    onlyReports: causes.includes('restored'),
    reported: await reportedMachines(ledger.read),
  }
}
