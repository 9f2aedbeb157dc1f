import type { Ledger } from './ledger.ts'

/** What one pass did. */
export interface PassReport {
  stage: string
  planned: number
  failures: { action: string; why: string }[]
}

/** Passes that did something are kept; this many of them. */
const passesKept = 2000

/** Writes down a pass that did something, and forgets the oldest beyond what is kept. */
export async function recordPass(ledger: Ledger, report: PassReport, begunAt: Date, endedAt: Date): Promise<void> {
  await ledger.write(async tx => {
    const { id } = await tx
      .insertInto('passes')
      .values({
        stage: report.stage,
        begun_at: begunAt.toISOString(),
        ended_at: endedAt.toISOString(),
        planned: report.planned,
        failed: report.failures.length,
        failures_json: JSON.stringify(report.failures.slice(0, 20)),
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx
      .deleteFrom('passes')
      .where('id', '<=', id - passesKept)
      .execute()
  })
}
