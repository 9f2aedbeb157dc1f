import type { Reader, Tx } from './ledger.ts'

/** The number of a list of metadata columns; made when it is new. */
export async function fieldSetOf(tx: Tx, fields: readonly string[]): Promise<number> {
  const text = fields.join('\t')
  const known = await tx.selectFrom('field_sets').select('id').where('fields', '=', text).executeTakeFirst()
  if (known !== undefined) return known.id
  const made = await tx.insertInto('field_sets').values({ fields: text }).returning('id').executeTakeFirstOrThrow()
  return made.id
}

/** Every list of metadata columns, by its number. */
export async function allFieldSets(read: Reader): Promise<Map<number, string[]>> {
  const rows = await read.selectFrom('field_sets').selectAll().orderBy('id').execute()
  return new Map(rows.map(row => [row.id, row.fields.split('\t')]))
}
