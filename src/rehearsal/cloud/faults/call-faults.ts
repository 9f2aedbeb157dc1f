import type { CloudFault, Instead, Travel } from './cloud-fault.ts'

/** Kinds of calls that make or end droplets: there a lost answer hurts. */
export const effectKinds = ['POST /v2/droplets', 'DELETE /v2/droplets/{id}', 'DELETE /v2/droplets'] as const

const createKinds = ['POST /v2/droplets'] as const
const deleteKinds = ['DELETE /v2/droplets/{id}', 'DELETE /v2/droplets'] as const

function refuse(status: number, id: string, message: string): Instead {
  return { kind: 'refusal', status, id, message }
}

function page(status: 502 | 503 | 504): Instead & Travel {
  return { kind: 'page', status }
}

/** Calls that are refused, or get no answer, and take no effect. */
export const callRefusals = [
  {
    name: 'unauthorized',
    does: 'Answers 401: the token is not known any more.',
    instead: () => refuse(401, 'unauthorized', 'Unable to authenticate you'),
  },
  {
    name: 'forbidden',
    does: 'Answers 403: the token has lost a right.',
    instead: () => refuse(403, 'forbidden', 'You are not authorized to perform this operation'),
  },
  {
    name: 'hour-limit',
    does: 'Answers 429 as when the hour is used up: no retry-after.',
    instead: () => refuse(429, 'too_many_requests', 'API Rate limit exceeded.'),
  },
  {
    name: 'burst-limit',
    does: 'Answers 429 as when the minute is used up: with retry-after (of `seconds`, 30).',
    defaults: { seconds: 30 },
    instead: ({ seconds }) => ({
      ...refuse(429, 'too_many_requests', 'API Rate limit exceeded.'),
      retryAfterSeconds: seconds,
    }),
  },
  {
    name: 'server-error',
    does: 'Answers 500 and does nothing.',
    instead: () => refuse(500, 'server_error', 'Unexpected server-side error'),
  },
  { name: 'html-502', does: 'Answers 502 with a page of HTML and does nothing.', instead: () => page(502) },
  { name: 'html-503', does: 'Answers 503 with a page of HTML and does nothing.', instead: () => page(503) },
  { name: 'html-504', does: 'Answers 504 with a page of HTML and does nothing.', instead: () => page(504) },
  { name: 'connection-cut', does: 'Breaks the connection and does nothing.', instead: () => ({ kind: 'unanswered-cut' }) },
  {
    name: 'silence',
    does: 'Does nothing and says nothing, for some seconds or for ever.',
    instead: ({ seconds }) => ({ kind: 'silence', seconds }),
  },
  {
    name: 'no-capacity',
    does: 'Refuses a create with 422: the region has none left of the size.',
    kinds: createKinds,
    instead: () => refuse(422, 'unprocessable_entity', 'Size is not available in this region.'),
  },
  {
    name: 'try-again',
    does: 'Refuses a create with 422 and asks to try again.',
    kinds: createKinds,
    instead: () => refuse(422, 'unprocessable_entity', 'Something went wrong while creating the droplet, please try again.'),
  },
  {
    name: 'droplet-limit',
    does: 'Refuses a create with 422: more droplets than the account may have.',
    kinds: createKinds,
    instead: () => refuse(422, 'unprocessable_entity', 'creating this/these droplet(s) will exceed your droplet limit'),
  },
  {
    name: 'pending-event',
    does: 'Refuses a delete with 422: an event of the droplet has not ended.',
    kinds: deleteKinds,
    instead: () => refuse(422, 'unprocessable_entity', 'Droplet already has a pending event.'),
  },
  {
    name: 'destroy-error',
    does: 'Answers a delete with 500 and does nothing.',
    kinds: deleteKinds,
    instead: () => refuse(500, 'server_error', 'Unexpected server-side error'),
  },
] as const satisfies readonly CloudFault[]

/** Calls that take effect, and whose answer does not arrive as it should. */
export const lostAnswers = [
  {
    name: 'answer-lost',
    does: 'Does what was asked and breaks the connection before a byte of the answer.',
    kinds: effectKinds,
    travel: () => ({ kind: 'lost' }),
  },
  {
    name: 'answer-cut',
    does: 'Does what was asked and breaks the connection in the middle of the answer.',
    kinds: effectKinds,
    travel: () => ({ kind: 'cut' }),
  },
  {
    name: 'answer-late',
    does: 'Does what was asked and answers after some seconds (120), or never when 0.',
    kinds: effectKinds,
    defaults: { seconds: 120 },
    travel: ({ seconds }) => ({ kind: 'late', seconds }),
  },
  {
    name: 'answer-garbled',
    does: 'Does what was asked and answers with the right status and a body that is no JSON.',
    kinds: effectKinds,
    travel: () => ({ kind: 'garbled' }),
  },
  {
    name: 'html-502-after',
    does: 'Does what was asked and answers 502 with a page of HTML.',
    kinds: effectKinds,
    travel: () => page(502),
  },
  {
    name: 'html-503-after',
    does: 'Does what was asked and answers 503 with a page of HTML.',
    kinds: effectKinds,
    travel: () => page(503),
  },
  {
    name: 'html-504-after',
    does: 'Does what was asked and answers 504 with a page of HTML.',
    kinds: effectKinds,
    travel: () => page(504),
  },
  {
    name: 'date-skewed',
    does: 'Stamps every answer with a clock that is off by some seconds (six hours ahead).',
    defaults: { times: 0, seconds: 6 * 3600 },
    skew: ({ seconds }) => seconds,
  },
] as const satisfies readonly CloudFault[]
