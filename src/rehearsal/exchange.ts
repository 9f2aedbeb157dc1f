import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ArmedFault } from './faults/armed-fault.ts'
import type { World } from './world/world.ts'

/** The archive's doors, as counters and faults name them. */
export const endpointNames = [
  'search',
  'count',
  'return-fields',
  'search-fields',
  'results',
  'filereport',
  'links-taxon',
  'taxonomy',
  'file',
] as const

/** One of the archive's doors. */
export type EndpointName = (typeof endpointNames)[number]

/** One request and its answer. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  endpoint: EndpointName
  /** The path behind the endpoint's own: a tax id, a name, or a file's whole path. */
  path: string
  /** Parameters of the address and of the form together. */
  asked: URLSearchParams
  world: World
  /** The faults that strike this exchange. */
  struck: readonly ArmedFault[]
}
