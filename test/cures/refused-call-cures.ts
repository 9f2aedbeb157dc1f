import type { Cure } from './cure.ts'

const folder = 'src/daemon/providers/digitalocean'
const againstTheCloud = `${folder}/against-the-cloud.test.ts`
const unknownToo = '${fault}: is unknown too, and nothing is there'

/** The answer to a create is put into its class by its status and its words. */
const unheard = {
  file: `${folder}/create-droplet.ts`,
  find: "  if (refusal === '' || status < 400 || status >= 500 || status === 408) return { kind: 'unknown', why }\n",
  replace: '',
}

function classified(fault: string, kind: string, cure: string, find: string, replace: string): Cure {
  const test = { file: againstTheCloud, name: `${fault}: ${kind}`, written: '${fault}: ${kind}' }
  return { fault, cure, test, without: [{ file: `${folder}/classify-refusal.ts`, find, replace }] }
}

/** Calls that the test cloud refuses, or leaves without an answer, and that take no effect. */
export const refusedCallCures: readonly Cure[] = [
  classified(
    'unauthorized',
    'refused',
    'a person is asked at once, and nothing is created meanwhile: no wait makes a token known',
    "if (status === 401) return 'refused'",
    "if (status === 401) return 'wait'",
  ),
  classified(
    'forbidden',
    'refused',
    'a person is asked at once: what the words do not explain is not waited for',
    "passing.test(message)) return 'wait'\n  return 'refused'",
    "passing.test(message)) return 'wait'\n  return 'wait'",
  ),
  {
    fault: 'hour-limit',
    cure: "the last fifth of the hour's calls is kept from lists and creates, the last tenth from looks: droplets are ended all the same",
    test: {
      file: againstTheCloud,
      name: 'when the hour is nearly used up, lists and creates wait, and droplets are ended all the same',
    },
    without: [{ file: `${folder}/call-budget.ts`, find: 'ask: 0.2,', replace: 'ask: 0,' }],
  },
  {
    fault: 'burst-limit',
    cure: 'no call is made for as long as `retry-after` says; a long wait is left to the next pass',
    test: {
      file: `${folder}/call-budget.test.ts`,
      name: 'keeps everything back for as long as a 429 says, and believes of it only the minute',
    },
    without: [
      {
        file: `${folder}/call-budget.ts`,
        find: 'if (retryAfter !== undefined) return this.#hold(retryAfter * 1000)',
        replace: 'if (retryAfter !== undefined) return',
      },
    ],
  },
  {
    fault: 'server-error',
    cure: 'a create that was answered so is *unknown*: it may have been served all the same, so its tag is looked for, and it is never asked for again',
    test: { file: againstTheCloud, name: 'server-error: is unknown too, and nothing is there', written: unknownToo },
    without: [
      {
        file: `${folder}/create-droplet.ts`,
        find: 'status < 400 || status >= 500 || status === 408',
        replace: 'status < 400 || status === 408',
      },
    ],
  },
  {
    fault: 'html-502',
    cure: 'lists, looks and deletions are asked again up to three times, with growing waits that have chance in them',
    test: { file: `${folder}/destroy-droplet.test.ts`, name: 'trouble of theirs that passes is asked through' },
    without: [{ file: `${folder}/api-client.ts`, find: 'const mostTries = 3', replace: 'const mostTries = 1' }],
  },
  {
    fault: 'html-503',
    cure: 'a page of HTML is trouble that passes, not an answer: a list is asked for again',
    test: { file: `${folder}/list-droplets.test.ts`, name: '503 with a page' },
    without: [
      {
        file: 'src/daemon/fetch/to-fault.ts',
        find: 'status === 408 || status === 421 || status >= 500',
        replace: 'status === 408 || status === 421',
      },
    ],
  },
  {
    fault: 'html-504',
    cure: 'a create that was answered with a page is *unknown*, as above',
    test: { file: againstTheCloud, name: 'html-504: is unknown too, and nothing is there', written: unknownToo },
    without: [unheard],
  },
  {
    fault: 'connection-cut',
    cure: 'lists, looks and deletions are asked again; a create is *unknown*',
    test: { file: `${folder}/list-droplets.test.ts`, name: 'a broken connection' },
    without: [{ file: 'src/daemon/fetch/to-fault.ts', find: "passing: code !== 'UND_ERR_DESTROYED'", replace: 'passing: false' }],
  },
  {
    fault: 'silence',
    cure: 'every call has a time limit',
    test: { file: againstTheCloud, name: 'silence: is unknown too, and nothing is there', written: unknownToo },
    without: [
      {
        file: `${folder}/api-client.ts`,
        find: 'AbortSignal.any([AbortSignal.timeout(this.#options.callSeconds * 1000), this.#ending])',
        replace: 'this.#ending',
      },
    ],
  },
  classified(
    'no-capacity',
    'no-capacity',
    'the batch waits in the queue without a strike, and the size is looked for in another region; several such answers in a row are told to a person',
    ' || isRegionShort(message)',
    '',
  ),
  classified('try-again', 'wait', 'the next pass is the retry', 'const passing = /try again|', 'const passing = /'),
  classified('droplet-limit', 'no-capacity', 'the batch waits in the queue without a strike', 'overLimit.test(message) || ', ''),
  {
    fault: 'pending-event',
    cure: 'the deletion counts as going, and is asked for again',
    test: {
      file: againstTheCloud,
      name: 'pending-event: going at first, and gone when it is asked for often enough, not before',
      written: '${fault.fault}: ${first} at first, and gone when it is asked for often enough, not before',
    },
    without: [{ file: `${folder}/destroy-droplet.ts`, find: '/pending event|', replace: '/' }],
  },
  {
    fault: 'destroy-error',
    cure: 'an error is no deletion: it is asked for again at once, then in every pass, until the API says that the droplet is not there',
    test: {
      file: againstTheCloud,
      name: 'destroy-error: unreachable at first, and gone when it is asked for often enough, not before',
      written: '${fault.fault}: ${first} at first, and gone when it is asked for often enough, not before',
    },
    without: [
      {
        file: `${folder}/destroy-droplet.ts`,
        find: 'expected: [204, 404, 422],',
        replace: 'expected: [204, 404, 422, 500],',
      },
      {
        file: `${folder}/destroy-droplet.ts`,
        find: "  return 'going'\n}",
        replace: "  return answer.status === 500 ? 'gone' : 'going'\n}",
      },
    ],
  },
]
