import { appendFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { EffectPoint } from '../../core/effect-point.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { eventsBehind, notePassedEvent, passedEvent } from '../ledger/passed-events.ts'
import { lastLogged, logLines } from './log-line.ts'

const eventsAtOnce = 1000
const tailBytes = 65_536

/** What the end of a log tells. */
interface LogEnd {
  last: { id: number; at: string } | undefined
  /** A death in the midst of a line left it without its end. */
  isTorn: boolean
}

/**
 * Makes the function that appends new events to the logs of their taxa. How far it came is remembered in the ledger after the lines are
 * written; after a death in between, the end of each log tells what is in it already.
 */
export function makeTaxonLogs(ledger: Ledger, logDir: string, effect: EffectPoint): () => Promise<void> {
  const looked = new Set<number>()
  const append = async (taxId: number, events: Awaited<ReturnType<typeof eventsBehind>>) => {
    const path = join(logDir, `${taxId}.log`)
    const end: LogEnd = looked.has(taxId) ? { last: undefined, isTorn: false } : await endOf(path)
    looked.add(taxId)
    const { last } = end
    // By the time too: a restored ledger numbers its events anew from an earlier one.
    const fresh = events.filter(event => last === undefined || event.id > last.id || event.at.slice(0, 19) > last.at)
    if (fresh.length === 0) return
    const lines = await logLines(ledger.read, fresh)
    await appendFile(path, `${end.isTorn ? '\n' : ''}${lines.join('')}`)
  }
  return async () => {
    let after = await passedEvent(ledger.read, 'logged_event')
    for (;;) {
      const events = await eventsBehind(ledger.read, after, eventsAtOnce)
      const last = events.at(-1)
      if (last === undefined) return
      after = last.id
      await mkdir(logDir, { recursive: true })
      for (const [taxId, own] of Map.groupBy(events, event => event.tax_id)) if (taxId !== null) await append(taxId, own)
      effect('taxon logs appended')
      await ledger.write(tx => notePassedEvent(tx, 'logged_event', last.id))
    }
  }
}

async function endOf(path: string): Promise<LogEnd> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return { last: undefined, isTorn: false }
  try {
    const { size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, tailBytes))
    await file.read(bytes, 0, bytes.length, size - bytes.length)
    const tail = bytes.toString('utf8')
    return { last: lastLogged(tail), isTorn: tail !== '' && !tail.endsWith('\n') }
  } finally {
    await file.close()
  }
}
