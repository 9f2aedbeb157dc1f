import type { Policy } from '../../src/core/policy.ts'
import type { Deps } from '../../src/daemon/deps.ts'
import type { Ledger } from '../../src/daemon/ledger/ledger.ts'
import { revisionAt } from './seed-ledger.ts'
import { World } from './world.ts'

/** Looks on while machines are destroyed: what was announced and is still owed must be at home first. */
export function watchDestruction(deps: Deps, world: World): void {
  const provider = { ...deps.provider }
  deps.provider.destroy = async machineId => {
    const machine = world.machines.get(machineId)
    if (machine !== undefined) {
      for (const run of await announcedAndOwed(deps.ledger, machine.attemptId, machineId)) {
        if (machine.results.has(run.run_accession) && !world.library.has(run.delivery_id)) {
          world.broken.push(`${machineId} was destroyed while it held ${run.run_accession}, announced and unproved`)
        }
      }
    }
    return provider.destroy(machineId)
  }
  deps.provider.create = async (name, boot) => {
    const alive = await deps.ledger.read.selectFrom('workers').select('name').where('state', '<>', 'destroyed').execute()
    if (alive.length > deps.policy.maxWorkers)
      world.broken.push(`${alive.length} workers at once, ${deps.policy.maxWorkers} are allowed`)
    if (!alive.some(worker => worker.name === name)) world.broken.push(`${name} was created before it was written down`)
    return provider.create(name, boot)
  }
}

function announcedAndOwed(ledger: Ledger, attemptId: string, machineId: string) {
  return ledger.read
    .selectFrom('attempt_runs as ar')
    .innerJoin('attempts as a', 'a.id', 'ar.attempt_id')
    .innerJoin('batches as b', 'b.id', 'a.batch_id')
    .innerJoin('deliveries as d', 'd.id', 'ar.delivery_id')
    .select(['ar.run_accession', 'ar.delivery_id'])
    .where('ar.attempt_id', '=', attemptId)
    .where('a.machine_id', '=', machineId)
    .where('ar.outcome', '=', 'done')
    .where('d.state', 'in', ['batched', 'wanted'])
    .where('b.state', '<>', 'cancelled')
    .execute()
}

/** What must not be true once everything has settled. */
export async function findBadEndings(ledger: Ledger, world: World, policy: Policy): Promise<string[]> {
  const bad: string[] = []
  for (const machine of world.machines.values())
    bad.push(`machine ${machine.id} is left (${machine.agent}, attempt ${machine.attemptId})`)
  const { read } = ledger
  for (const worker of await read.selectFrom('workers').selectAll().where('state', '<>', 'destroyed').execute())
    bad.push(`worker ${worker.name} is left ${worker.state}`)
  for (const batch of await read
    .selectFrom('batches')
    .selectAll()
    .where('state', 'in', ['queued', 'assigned', 'started', 'finished'])
    .execute()) {
    bad.push(`batch ${batch.id} is left ${batch.state}`)
  }
  for (const attempt of await read.selectFrom('attempts').selectAll().where('closed_at', 'is', null).execute())
    bad.push(`attempt ${attempt.id} is left open`)
  bad.push(...(await badDeliveries(ledger, world, policy)))
  for (const [key, times] of world.storedTimes) if (times > 1) bad.push(`${key} was stored ${times} times`)
  for (const stored of world.library.values()) {
    if (stored.content !== honestContent(stored.runAccession, stored.revision))
      bad.push(`the library holds something false for ${stored.runAccession}`)
  }
  return bad
}

async function badDeliveries(ledger: Ledger, world: World, policy: Policy): Promise<string[]> {
  const bad: string[] = []
  const deliveries = await ledger.read.selectFrom('deliveries').selectAll().execute()
  for (const delivery of deliveries) {
    const stored = world.library.get(delivery.id)
    if (delivery.state === 'wanted' || delivery.state === 'batched') bad.push(`delivery ${delivery.id} is left ${delivery.state}`)
    if (delivery.state === 'delivered' && stored === undefined)
      bad.push(`delivery ${delivery.id} is called delivered, and nothing lies in the library`)
    if (delivery.strikes > policy.maxStrikes) bad.push(`delivery ${delivery.id} has ${delivery.strikes} strikes`)
  }
  const accepted = await ledger.read
    .selectFrom('verdicts as v')
    .innerJoin('runs as r', 'r.run_accession', 'v.run_accession')
    .innerJoin('taxa as t', 't.tax_id', 'v.tax_id')
    .select(['v.run_accession', 'r.revision'])
    .where('t.state', '=', 'tracked')
    .where('v.verdict', '=', 'accepted')
    .where('v.skip', 'is', null)
    .execute()
  for (const { run_accession, revision } of accepted) {
    const met = deliveries.some(
      one =>
        one.run_accession === run_accession && one.revision === revision && (one.state === 'delivered' || one.state === 'failed'),
    )
    if (!met) bad.push(`${run_accession} is accepted and has no fate`)
  }
  return bad
}

/** What honest work gives; the revision is found among the generations that a history can reach. */
function honestContent(run: string, revision: string): string {
  for (let generation = 0; generation < 100; generation += 1) {
    if (revisionAt(run, generation) === revision) return World.contentOf(run, `${generation}`.padStart(32, '0'))
  }
  return ''
}
