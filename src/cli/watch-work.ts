import type { Client } from '../api/client.ts'
import { showStatus, type InstallationStatus } from '../api/status.ts'
import { listWorkers, type WorkerRow } from '../api/workers.ts'
import { sayBytes, sayCount } from './say-amounts.ts'
import type { Screen } from './screen.ts'

const everyMs = 1000

/** Shows every second how far the work is, until it is told to end. */
export function watchWork(client: Client, screen: Screen): () => Promise<void> {
  let ended = false
  const watching = (async () => {
    while (!ended) {
      await showOnce(client, screen).catch(() => undefined) // the next look shows it
      await new Promise(resolve => setTimeout(resolve, everyMs).unref())
    }
  })()
  return async () => {
    ended = true
    // A look that is under way must not draw over what comes next; the pause after it need not be waited for.
    await Promise.race([watching, new Promise(resolve => setTimeout(resolve, 50))])
    screen.progressDone()
  }
}

async function showOnce(client: Client, screen: Screen): Promise<void> {
  const status = await client.ask(showStatus, {})
  const { rows } = await client.ask(listWorkers, { query: { limit: 20 } })
  screen.progress(sayWork(status, rows))
}

/** How far the work is, in one line. */
export function sayWork(status: InstallationStatus, workers: readonly WorkerRow[]): string {
  const { deliveries } = status
  const parts = [`${deliveries.delivered} delivered`]
  if (deliveries.failed > 0) parts.push(`${deliveries.failed} failed`)
  if (deliveries.batched > 0) parts.push(`${sayCount(deliveries.batched, 'run')} being worked on`)
  if (deliveries.wanted > 0) parts.push(`${deliveries.wanted} owed`)
  for (const worker of workers) parts.push(sayWorker(worker))
  if (status.attention > 0) parts.push(`${status.attention} for a person`)
  return parts.join(' · ')
}

function sayWorker({ state, batch, progress }: WorkerRow): string {
  if (progress === null) return `${batch} ${state}`
  const done = progress.runsDone + progress.runsFailed
  const share = progress.runsTotal === 0 ? '' : ` [${String(Math.round((100 * done) / progress.runsTotal)).padStart(3)}%]`
  return `${batch}${share} ${done} of ${progress.runsTotal}, ${sayBytes(progress.bytesWritten)}`
}
