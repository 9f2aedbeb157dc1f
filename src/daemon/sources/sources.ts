import { makeEnaSource } from './ena/ena-source.ts'

/** Every place that runs can come from, by the name it has in the settings. */
export const sources = { ena: makeEnaSource } as const
