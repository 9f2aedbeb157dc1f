import { isReasonCode, reasons } from '../../../core/reason.ts'

/** A reason code with what it means; codes of a user's own recipe have no meaning that we know. */
export function explainReason(code: string, detail: string): { code: string; detail: string; meaning: string } {
  return { code, detail, meaning: isReasonCode(code) ? reasons[code] : 'a code of the recipe itself' }
}
