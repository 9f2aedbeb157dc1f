import type { Scope } from './taxon.ts'
import { oneOf, whole, type TextKind } from './text-kind.ts'

interface ColumnKey<Value> extends TextKind<Value> {
  sentence: string
}

const priority: ColumnKey<number> = {
  ...whole(-1000, 1000),
  sentence: 'Taxa of higher priority are checked and worked on first.',
}
const scope: ColumnKey<Scope> = {
  ...oneOf('subtree', 'alone'),
  sentence: 'Whether the taxon is followed with everything below it, or alone.',
}

/** Keys of `microfetch set` that belong to one taxon and have no default in the settings. */
export const taxonColumnKeys = { priority, scope } as const
