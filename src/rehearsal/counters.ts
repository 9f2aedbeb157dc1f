import { type EndpointName, endpointNames } from './exchange.ts'

/** What was asked of the archive since the counters were last set to nothing. */
export interface Counts {
  /** Requests by endpoint, those that a fault answered included. */
  requests: Record<EndpointName, number>
  /** Rows that `search`, `filereport` and `links/taxon` sent. */
  rowsSent: number
  /** Bytes of FASTQ files that were sent. */
  fileBytes: number
  /** GET requests for a file whose answer did not reach its end. */
  incompleteFiles: number
  /** GET requests by run accession. */
  filesByRun: Record<string, number>
}

/** Counts nothing yet. */
export function noCounts(): Counts {
  const requests = Object.fromEntries(endpointNames.map(name => [name, 0])) as Record<EndpointName, number>
  return { requests, rowsSent: 0, fileBytes: 0, incompleteFiles: 0, filesByRun: {} }
}
