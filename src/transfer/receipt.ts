import * as v from 'valibot'
import { Problem } from '../core/problem.ts'

/** The version of the receipt's form. */
export const receiptVersion = 1

/** A longer text is no receipt: as many files as a manifest may list, and what stands around them. */
export const mostReceiptBytes = 16_000_000

const shortText = v.pipe(v.string(), v.maxLength(500))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

const receiptSchema = v.object({
  version: v.literal(receiptVersion),
  deliveryId: shortText,
  /** The attempt whose copy this is. */
  attemptId: shortText,
  machineId: shortText,
  runAccession: shortText,
  /** The run's files as the archive had them: bytes and MD5, fingerprinted. */
  revision: shortText,
  /** The recipe's name, and what it did (project, parameters, what is kept). */
  recipe: shortText,
  recipeIdentity: shortText,
  collector: shortText,
  storedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** SHA-256 of the manifest as its agent wrote it. */
  manifestSha256: shortText,
  totalBytes: count,
  files: v.array(v.object({ path: v.string(), bytes: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
  /** Tool → version, as the pipeline says. */
  versions: v.record(v.string(), v.string()),
})

/** The proof that a delivery is at home, beside its files in the library: every file was read there again and had this SHA-256. */
export type Receipt = v.InferOutput<typeof receiptSchema>

/** Writes a receipt as it lies in the library. */
export function formatReceipt(receipt: Receipt): string {
  return `${JSON.stringify(receipt, undefined, 2)}\n`
}

/** Reads a receipt of our own; `broken-answer` when it is not one. */
export function parseReceipt(text: string): Receipt {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new Problem('broken-answer', 'the receipt is not JSON', { cause: error })
  }
  const parsed = v.safeParse(receiptSchema, value)
  if (!parsed.success)
    throw new Problem('broken-answer', `the receipt is not one of ours: ${v.summarize(parsed.issues).slice(0, 300)}`)
  return parsed.output
}
