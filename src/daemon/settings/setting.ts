import type { SettingKind } from './setting-kind.ts'

/** One key of the settings: what it may hold, what holds when nobody sets it, and what it is for. */
export interface Setting<Value> {
  kind: SettingKind<Value>
  standard: Value
  /** One sentence for people: in the reference, in the file that `microfetch init` writes. */
  sentence: string
}

/** Declares a key, its type kept. */
export function key<Value>(kind: SettingKind<Value>, standard: Value, sentence: string): Setting<Value> {
  return { kind, standard, sentence }
}
