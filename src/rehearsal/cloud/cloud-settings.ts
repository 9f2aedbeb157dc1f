import type { ApiToken } from './api-token.ts'
import { type Network, usualNetworks } from './network.ts'

/** From so many seconds to so many, both included; drawn anew for each droplet from the seed. */
export type Span = readonly [leastSeconds: number, mostSeconds: number]

/** How a test cloud behaves when nothing goes wrong. */
export interface CloudSettings {
  /** Equal seeds and equal calls give equal worlds. */
  seed: number
  /** Droplets that the account may have at one time. */
  dropletLimit: number
  tokens: readonly ApiToken[]
  /** From an accepted create to `active`. */
  boot: Span
  /** From `active` until the addresses can be read. */
  address: Span
  /** From an accepted delete until the droplet is not found any more. */
  destroy: Span
  /** How long a new droplet is missing from lists. */
  newInList: Span
  /** How long a droplet that is gone stays in lists. */
  goneFromList: Span
  /** How long switching off takes. */
  switchOff: Span
  /** The create event bars other events until the droplet is active, but never longer than this. */
  createEventSeconds: number
  /** The share, 0 to 1, of new droplets that get an address of a destroyed one while there is such. */
  addressReuse: number
  networks: { public: Network; private: Network }
  limits: RequestLimits
  /** The API gives hourly prices as 32-bit floats written out: 0.00893 is 0.008930000476539135. The bill is by the price list. */
  pricesAsFloats: boolean
}

/** Requests that a token may make. */
export interface RequestLimits {
  /** In any 3,600 s. */
  perHour: number
  /** In any 60 s. */
  perMinute: number
  /** GET of the account's ssh keys in any 60 s. */
  keyReadsPerMinute: number
}

/** A token that may do everything. */
export const fullToken = 'dop_v1_rehearsal'

/** A cloud with the published limits. Times are such as people report; no source promises any. */
export const usualSettings: CloudSettings = {
  seed: 1,
  dropletLimit: 25,
  tokens: [{ token: fullToken, name: 'full access', scopes: 'all' }],
  boot: [18, 45],
  address: [0, 3],
  destroy: [1, 6],
  newInList: [0, 4],
  goneFromList: [0, 4],
  switchOff: [2, 6],
  createEventSeconds: 60,
  addressReuse: 0.75,
  networks: usualNetworks,
  limits: { perHour: 5000, perMinute: 250, keyReadsPerMinute: 10 },
  pricesAsFloats: true,
}
