import { askedFormat } from '../answers/asked-columns.ts'
import { mediaType, replyRefusal, replyText } from '../answers/reply.ts'
import type { EndpointName } from '../exchange.ts'
import type { Fault } from './fault.ts'
import { answerNothing, breakConnection, htmlPage, refuseByHtml, refuseByText, sayNothing } from './refuse.ts'

const search: readonly EndpointName[] = ['search']

/** Faults in which `search` gives something else than rows. */
export const searchRefusals = [
  answerNothing('search-204-spurious', search),
  {
    name: 'search-empty-list',
    does: 'Answers 200 with an empty list (a header line in TSV) although there are rows.',
    strikes: search,
    rows: plan => void (plan.keepShare = 0),
  },
  {
    name: 'search-empty-body',
    does: 'Answers 200 with a body of no bytes.',
    strikes: search,
    answer(exchange) {
      replyText(exchange, 200, mediaType(askedFormat(exchange)), '')
      return true
    },
  },
  refuseByText(
    'search-400-text',
    search,
    400,
    'Invalid field(s) supplied: fastq_ftp\n',
    'Answers 400 with a plain sentence, as before 2020.',
  ),
  {
    name: 'search-400-message',
    does: 'Answers 400 with a JSON object that holds a message.',
    strikes: search,
    answer(exchange) {
      replyRefusal(exchange, 400, 'Invalid query: it was refused by rehearsal')
      return true
    },
  },
  refuseByText('search-401', search, 401, 'Username/Password are invalid\n', 'Answers 401 as for a wrong login.'),
  refuseByText('search-429', search, 429, 'Too Many Requests\n', 'Answers 429 and does not say how long to wait.'),
  {
    name: 'search-429-retry-after',
    does: 'Answers 429 with a Retry-After header.',
    strikes: search,
    defaults: { seconds: 1 },
    answer(exchange, { seconds }) {
      exchange.response.setHeader('Retry-After', String(seconds))
      replyText(exchange, 429, 'text/plain', 'Too Many Requests\n')
      return true
    },
  },
  refuseByHtml('search-html-500', search, 500, 'Internal Server Error'),
  refuseByHtml('search-html-502', search, 502, 'Bad Gateway'),
  refuseByHtml('search-html-503', search, 503, 'Service Unavailable'),
  {
    name: 'search-html-200',
    does: 'Answers 200 with an HTML page that announces maintenance.',
    strikes: search,
    answer(exchange) {
      replyText(exchange, 200, 'text/html', htmlPage('Scheduled maintenance'))
      return true
    },
  },
  { name: 'search-reset', does: 'Breaks the connection before the first byte.', strikes: search, answer: breakConnection },
  {
    name: 'search-stall',
    does: 'Says nothing for some seconds (45) and then answers.',
    strikes: search,
    defaults: { seconds: 45 },
    answer: (exchange, { seconds }) => sayNothing(exchange, seconds),
  },
] as const satisfies readonly Fault[]
