import { replyRefusal, replyText } from '../answers/reply.ts'
import { endpointNames } from '../exchange.ts'
import type { Fault } from './fault.ts'
import { answerNothing, refuseByHtml, refuseByText, sayNothing } from './refuse.ts'

/** Faults of the counts, the column lists, `filereport`, the taxonomy, and the clock in the headers. */
export const otherEndpoints = [
  refuseByText('count-garbage', ['count'], 200, 'Total: many\n', 'Answers the count with words.'),
  {
    name: 'count-with-header',
    does: 'Answers the count as a table: a header line, then the number.',
    strikes: ['count'],
    count: rows => `count\n${rows}\n`,
  },
  { name: 'count-zero', does: 'Counts nothing although there are rows.', strikes: ['count'], count: () => '0' },
  {
    name: 'count-drifting',
    does: 'Counts a few rows more than there are, as when rows arrive meanwhile.',
    strikes: ['count'],
    defaults: { amount: 2 },
    count: (rows, { amount }) => String(rows + amount),
  },
  {
    name: 'count-far-off',
    does: 'Counts ten times as many rows as there are.',
    strikes: ['count'],
    count: rows => String(rows * 10 + 1000),
  },
  refuseByHtml('count-html-503', ['count'], 503, 'Service Unavailable'),
  answerNothing('count-204', ['count']),
  answerNothing('filereport-204-spurious', ['filereport']),
  refuseByHtml('filereport-html-500', ['filereport'], 500, 'Internal Server Error'),
  refuseByHtml('return-fields-html-503', ['return-fields'], 503, 'Service Unavailable'),
  refuseByHtml('links-html-503', ['links-taxon'], 503, 'Service Unavailable'),
  refuseByHtml('taxonomy-html-503', ['taxonomy'], 503, 'Service Unavailable'),
  refuseByText('taxonomy-404-spurious', ['taxonomy'], 404, 'No results.', 'Says that a taxon is not there although it is.'),
  {
    name: 'taxonomy-stall',
    does: 'Says nothing of a taxon for some seconds (45) and then answers.',
    strikes: ['taxonomy'],
    defaults: { seconds: 45 },
    answer: (exchange, { seconds }) => sayNothing(exchange, seconds),
  },
  {
    name: 'column-removed',
    does: 'Has forgotten a column (read_count): it is not listed, and asking for it is 400.',
    strikes: ['search', 'filereport', 'return-fields', 'search-fields'],
    defaults: { times: 0, column: 'read_count' },
    columns: (plan, { column }) => void plan.hidden.add(column),
  },
  {
    name: 'search-extra-key',
    does: 'Adds a column that nobody asked for (tax_id) to every row.',
    strikes: ['search', 'filereport'],
    defaults: { times: 0, column: 'tax_id' },
    columns: (plan, { column }) => void plan.extra.push(column),
  },
  {
    name: 'date-header-skewed',
    does: "Stamps answers with a clock that is six hours ahead of the archive's own.",
    strikes: endpointNames,
    defaults: { times: 0, seconds: 6 * 3600 },
    answer({ response, world }, { seconds }) {
      response.setHeader('Date', new Date(world.clock.now().getTime() + seconds * 1000).toUTCString())
      return false
    },
  },
  {
    name: 'portal-outage',
    does: 'Answers 503 with an HTML page at every door but the file host, until it is disarmed.',
    strikes: endpointNames.filter(name => name !== 'file'),
    defaults: { times: 0 },
    answer(exchange) {
      replyText(exchange, 503, 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>\n')
      return true
    },
  },
  {
    name: 'portal-busy',
    does: 'Answers 429 with a message at every door of the portal.',
    strikes: ['search', 'count', 'filereport', 'links-taxon', 'return-fields'],
    answer(exchange) {
      replyRefusal(exchange, 429, 'Too Many Requests')
      return true
    },
  },
] as const satisfies readonly Fault[]
