/** The folder of the attempt on its droplet: what the agent works in, and what the collector's key opens a part of. */
export const attemptFolder = '/var/lib/microfetch/attempt'

/** Where boot script and its settings lie. */
export const bootFolder = '/var/lib/microfetch'

/** Kits lie here, each in a folder named by its SHA-256; an image may bring some. */
export const kitsFolder = '/opt/microfetch/kits'

/** Who collects, and who the pipeline is. Fixed numbers, so that the boot file can name them; above what people are given. */
export const accounts = {
  collector: { name: 'mf-collect', uid: 41_001 },
  pipeline: { name: 'mf-run', uid: 41_002, home: `${attemptFolder}/home` },
} as const
