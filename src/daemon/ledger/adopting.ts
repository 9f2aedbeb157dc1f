import type { Reader, Tx } from './ledger.ts'

/** After a restore: nothing is batched or created until machines are adopted and receipts are reported again. */
export async function isAdopting(read: Reader): Promise<boolean> {
  const row = await read.selectFrom('installation').select('value').where('key', '=', 'adopting').executeTakeFirst()
  return row !== undefined && row.value !== '0' && row.value !== ''
}

/** Everything that could be adopted has been. */
export async function endAdopting(tx: Tx): Promise<void> {
  await tx.updateTable('installation').set({ value: '0' }).where('key', '=', 'adopting').execute()
}
