import { Problem } from '../../core/problem.ts'

/** The key of a list that goes by number; a wrong one is a `bad-input`. */
export function numberKey(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new Problem('bad-input', `the address, after: "${text.slice(0, 40)}" is not a number`)
  return Number(text)
}
