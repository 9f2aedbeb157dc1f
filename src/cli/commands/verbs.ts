import type { Verb } from '../cli-context.ts'

/** Every verb, in the order of `microfetch --help`. To add one: a file beside this one, and a line here. */
export const verbs: readonly Verb[] = []
