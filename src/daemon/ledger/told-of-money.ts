import { moneyCauses, type MoneyCause, type Told } from '../../core/money-needs.ts'
import type { Reader } from './ledger.ts'

/** What a person was told of money, and is still open. */
export async function toldOfMoney(read: Reader): Promise<Told[]> {
  const rows = await read
    .selectFrom('attention')
    .select(['subject', 'subject_id', 'cause'])
    .where('cause', 'in', [...moneyCauses])
    .where('subject', 'in', ['installation', 'taxon'])
    .where('resolved_at', 'is', null)
    .execute()
  return rows.map(row => ({
    subject: row.subject === 'taxon' ? 'taxon' : 'installation',
    subjectId: row.subject_id,
    cause: row.cause as MoneyCause, // asked for by these words
  }))
}
