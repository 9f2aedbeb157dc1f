import { replyText } from '../answers/reply.ts'
import { replyPage } from '../answers/reply-page.ts'
import type { EndpointName, Exchange } from '../exchange.ts'
import type { Fault } from './fault.ts'
import { breakConnection, htmlPage, type Named, sayNothing } from './refuse.ts'

const file: readonly EndpointName[] = ['file']
const gets: readonly string[] = ['GET']

function refusePage<Name extends string>(name: Name, status: number, words: string, does: string, times = 1): Named<Name> {
  return {
    name,
    does,
    strikes: file,
    defaults: { times },
    answer(exchange) {
      replyPage(exchange.request, exchange.response, status, words)
      return true
    },
  }
}

/** The run whose file is asked for. */
function runOf(exchange: Exchange): string {
  return exchange.path.split('/').at(-2) ?? ''
}

/** Faults in which the file host gives something else than the file, or the run changes when its file is asked for. */
export const fileRefusals = [
  refusePage('file-404', 404, 'Not Found', 'A listed file is not there, however often it is asked for.', 0),
  refusePage('file-404-once', 404, 'Not Found', 'A listed file is not on one of several back-ends: the next try finds it.'),
  refusePage('file-421', 421, 'There are too many connected users', 'Too many readers are connected.'),
  refusePage('file-425', 425, 'Too Early', 'Answers 425.'),
  refusePage('file-html-503', 503, 'Service Unavailable', 'Answers 503 with an HTML page.'),
  {
    name: 'file-429-retry-after',
    does: 'Answers 429 with a Retry-After header.',
    strikes: file,
    defaults: { seconds: 1 },
    answer(exchange, { seconds }) {
      exchange.response.setHeader('Retry-After', String(seconds))
      replyPage(exchange.request, exchange.response, 429, 'Too Many Requests')
      return true
    },
  },
  {
    name: 'file-html-200',
    does: 'Answers 200 with an HTML page in place of the file, however often it is asked for.',
    strikes: file,
    defaults: { times: 0 },
    answer(exchange) {
      replyText(exchange, 200, 'text/html', htmlPage('Scheduled maintenance'))
      return true
    },
  },
  {
    name: 'file-zero-bytes',
    does: 'Answers 200 with no bytes, however often the file is asked for.',
    strikes: file,
    defaults: { times: 0 },
    answer(exchange) {
      replyText(exchange, 200, 'application/x-gzip', '')
      return true
    },
  },
  {
    name: 'file-reset',
    does: 'Breaks the connection before the first byte.',
    strikes: file,
    methods: gets,
    answer: breakConnection,
  },
  {
    name: 'file-no-answer',
    does: 'Takes the request and says nothing for some seconds (for ever).',
    strikes: file,
    methods: gets,
    answer: (exchange, { seconds }) => sayNothing(exchange, seconds),
  },
  {
    name: 'file-ban-after-incomplete',
    does: 'After three transfers that did not reach their end, breaks every connection for a file.',
    strikes: file,
    methods: gets,
    defaults: { times: 0, amount: 3 },
    answer: (exchange, { amount }) => exchange.world.counts.incompleteFiles >= amount && breakConnection(exchange),
  },
  {
    name: 'run-withdrawn-before-download',
    does: 'The run is withdrawn at the moment when its file is first asked for.',
    strikes: file,
    answer(exchange) {
      exchange.world.change(runOf(exchange), { hidden: 'withdrawn' })
      return false
    },
  },
  {
    name: 'file-regenerated-before-download',
    does: 'The archive makes the files anew at the moment when one is first asked for.',
    strikes: file,
    answer(exchange) {
      exchange.world.change(runOf(exchange), { revision: 1 })
      return false
    },
  },
] as const satisfies readonly Fault[]
