import { timingSafeEqual } from 'node:crypto'
import type { Reader } from '../ledger.ts'

/** Whose token this is, by its SHA-256 in hexadecimal; undefined when no attempt ever had it. */
export async function attemptOfToken(
  read: Reader,
  tokenHash: string,
): Promise<{ attemptId: string; isClosed: boolean } | undefined> {
  const rows = await read
    .selectFrom('attempts')
    .select(['id', 'closed_at', 'token_hash'])
    .where('token_hash', '=', tokenHash)
    .execute()
  const given = Buffer.from(tokenHash)
  const own = rows.find(row => row.token_hash.length === tokenHash.length && timingSafeEqual(Buffer.from(row.token_hash), given))
  return own && { attemptId: own.id, isClosed: own.closed_at !== null }
}
