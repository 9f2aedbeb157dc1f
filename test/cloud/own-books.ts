import { partsPerDollar } from '../../src/rehearsal/cloud/world/bill.ts'
import type { CloudLife } from './cloud-life.ts'

/** Our account of every droplet beside the cloud's own bill; both in cents, and where they differ. */
export async function ownBooks(life: CloudLife): Promise<{ ours: number; theirs: number; faults: string[] }> {
  const bill = life.cloud.bill()
  const costs = await life.ledger.read.selectFrom('costs').selectAll().execute()
  const ourMicrodollars = costs.reduce((sum, cost) => sum + Number(cost.microdollars), 0)
  const ours = Math.round(ourMicrodollars / 10_000)
  const theirs = Number(bill.cents)
  const known = new Map(costs.map(cost => [cost.machine_id, cost]))
  const faults: string[] = []
  for (const line of bill.lines) {
    const cost = known.get(String(line.dropletId))
    if (cost === undefined) faults.push(`droplet ${line.dropletId} (${line.name}) is on the bill and not in our books`)
    else if (cost.to_at === null) faults.push(`the account of droplet ${line.dropletId} is still open`)
    else {
      const dollars = Number(line.parts) / Number(partsPerDollar)
      const difference = Number(cost.microdollars) / 1e6 - dollars
      if (Math.abs(difference) >= 0.01) faults.push(`droplet ${line.dropletId}: off by ${difference.toFixed(4)} dollars`)
    }
  }
  // A droplet is charged some seconds longer than we can know of: with very many of them that comes to cents.
  if (Math.abs(ours - theirs) > bill.lines.length / 40) faults.push(`our books say ${ours} cents, the bill says ${theirs}`)
  return { ours, theirs, faults }
}
