import type { InstallationStatus } from '../../../api/status.ts'
import { isAdopting } from '../adopting.ts'
import { openBatchStates } from '../batches.ts'
import { readInstallation } from '../installation.ts'
import type { Reader } from '../ledger.ts'
import { isHeld, liveWorkers } from '../workers.ts'

/** The whole installation in numbers. */
export async function installationStatusOf(read: Reader): Promise<Omit<InstallationStatus, 'version' | 'library' | 'money'>> {
  const taxa = await read.selectFrom('taxa').select(['tax_id', 'paused']).where('state', '=', 'tracked').execute()
  const needs = await read.selectFrom('attention').select(['subject', 'subject_id']).where('resolved_at', 'is', null).execute()
  return {
    taxa: {
      tracked: taxa.length,
      paused: taxa.filter(taxon => taxon.paused === 1).length,
      attention: new Set(needs.filter(need => need.subject === 'taxon').map(need => need.subject_id)).size,
    },
    deliveries: await deliveryCounts(read),
    batches: await openBatchCounts(read),
    workers: await workerCounts(read),
    attention: needs.length,
    lastPassAt: (await readInstallation(read, 'last_pass_at')) ?? null,
    adopting: await isAdopting(read),
  }
}

async function openBatchCounts(read: Reader): Promise<InstallationStatus['batches']> {
  const rows = await read
    .selectFrom('batches')
    .select(['state', eb => eb.fn.countAll<number>().as('count')])
    .where('state', 'in', openBatchStates)
    .groupBy('state')
    .execute()
  const countOf = (state: string) => rows.find(row => row.state === state)?.count ?? 0
  return { queued: countOf('queued'), working: countOf('assigned') + countOf('started'), finished: countOf('finished') }
}

async function workerCounts(read: Reader): Promise<InstallationStatus['workers']> {
  const alive = await liveWorkers(read)
  return { alive: alive.length, held: alive.filter(isHeld).length }
}

async function deliveryCounts(read: Reader): Promise<InstallationStatus['deliveries']> {
  const rows = await read
    .selectFrom('deliveries')
    .select(['state', eb => eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  const counts = { wanted: 0, batched: 0, delivered: 0, failed: 0, dropped: 0, held: 0 }
  for (const { state, count } of rows) counts[state] = count
  return counts
}
