import { askLedger } from './ask-ledger.ts'

interface DeliveryFate {
  id: string
  run: string
  fate: string
  receipts: number
  proofs: number
}

const fatesStatement = `
  select d.id, d.run_accession as run, trim(d.state || ' ' || coalesce(d.reason, '')) as fate,
    (select count(*) from receipts r where r.delivery_id = d.id) as receipts,
    (select count(*) from events e where e.subject = 'delivery' and e.subject_id = d.id and e.event = 'prove') as proofs
  from deliveries d order by d.run_accession`

/** What must not be left open when nothing is left to do, as (what, its name, its state). */
const openStatement = `
  select 'worker' as what, name, state from workers where state <> 'destroyed'
  union all select 'batch', name, state from batches where state not in ('settled', 'failed', 'cancelled')
  union all select 'attempt', id, 'open' from attempts where closed_at is null
  union all select 'stray machine', machine_id, 'seen' from strays`

/** What is wrong in the ledger: fates, receipts, what is left open, and the file itself. */
export function ledgerFaults(home: string, fates: ReadonlyMap<string, string>): string[] {
  const deliveries = askLedger<DeliveryFate>(home, fatesStatement)
  const open = askLedger<{ what: string; name: string; state: string }>(home, openStatement)
  const broken = [
    ...askLedger<Record<string, unknown>>(home, 'pragma integrity_check').filter(row => row['integrity_check'] !== 'ok'),
    ...askLedger<Record<string, unknown>>(home, 'pragma foreign_key_check'),
  ]
  return [
    ...[...fates].flatMap(([run, fate]) => fateFaults(run, fate, deliveries)),
    ...deliveries.filter(({ run }) => !fates.has(run)).map(({ run }) => `${run} is owed, and nobody wanted it`),
    ...deliveries.flatMap(receiptFaults),
    ...open.map(({ what, name, state }) => `${what} ${name} is left ${state}`),
    ...broken.map(row => `the ledger's file is damaged: ${JSON.stringify(row)}`),
  ]
}

function fateFaults(run: string, fate: string, deliveries: readonly DeliveryFate[]): string[] {
  const mine = deliveries.filter(delivery => delivery.run === run).map(delivery => delivery.fate)
  return mine.length === 1 && mine[0] === fate ? [] : [`${run} is to be ${fate} and is ${mine.join(', ') || 'not owed'}`]
}

function receiptFaults({ id, run, fate, receipts, proofs }: DeliveryFate): string[] {
  const wanted = fate === 'delivered' ? 1 : 0
  return [
    ...(receipts === wanted ? [] : [`${run}: delivery ${id} is ${fate} and has ${receipts} receipts`]),
    ...(proofs === wanted ? [] : [`${run}: delivery ${id} is ${fate} and was proved ${proofs} times`]),
  ]
}
