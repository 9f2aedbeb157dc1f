import type { Cure } from './cure.ts'

const folder = 'src/daemon/providers/digitalocean'
const create = `${folder}/create-droplet.ts`

/** What the provider says of a create whose answer was lost, and what its list shows then. */
function found(fault: string): Cure['test'] {
  const rest = 'is unknown, was asked for once, and its droplet is found by the tags that came with it'
  return { file: `${folder}/against-the-cloud.test.ts`, name: `${fault}: ${rest}`, written: `\${fault}: ${rest}` }
}

const maybeHeard = {
  file: create,
  find: "error instanceof CallFault && error.maybeHeard ? 'unknown' : 'wait'",
  replace: "'wait'",
}

/** Calls of the test cloud that take effect, and whose answer does not arrive as it should. */
export const lostAnswerCures: readonly Cure[] = [
  {
    fault: 'answer-lost',
    cure: 'the create is *unknown*: the attempt stays open, and its machine is looked for by the tag of the attempt',
    test: found('answer-lost'),
    without: [maybeHeard],
  },
  {
    fault: 'answer-cut',
    cure: 'a create is asked for once: the client never sends it again by itself',
    test: found('answer-cut'),
    without: [{ file: create, find: 'maker.api.askOnce({', replace: 'maker.api.ask({\n      expected: accepted,' }],
  },
  {
    fault: 'answer-late',
    cure: 'every call has a time limit; past it the create is *unknown*',
    test: found('answer-late'),
    without: [
      {
        file: `${folder}/api-client.ts`,
        find: 'AbortSignal.any([AbortSignal.timeout(this.#options.callSeconds * 1000), this.#ending])',
        replace: 'this.#ending',
      },
    ],
  },
  {
    fault: 'answer-garbled',
    cure: 'an answer that is no JSON says nothing of what was done: the create is *unknown*',
    test: found('answer-garbled'),
    without: [maybeHeard],
  },
  {
    fault: 'html-502-after',
    cure: 'a page says nothing of what was done: the create is *unknown*',
    test: found('html-502-after'),
    without: [
      {
        file: create,
        find: "  if (refusal === '' || status < 400 || status >= 500 || status === 408) return { kind: 'unknown', why }\n",
        replace: '',
      },
    ],
  },
  {
    fault: 'html-503-after',
    cure: 'its tags are given in the create call itself, so the droplet is in the list by the tag of installation and attempt',
    test: found('html-503-after'),
    without: [
      { file: create, find: 'tags: tagsOf(options.installationId, boot.attemptId, boot.expiresAt),', replace: 'tags: [],' },
    ],
  },
  {
    fault: 'html-504-after',
    cure: 'a name that was asked for is only looked for afterwards: nobody but us sees to it that it is given once',
    test: {
      file: `${folder}/create-droplet.test.ts`,
      name: 'a name that was asked for is only looked for: the oldest of its droplets is the machine',
    },
    without: [
      { file: create, find: 'if (maker.namesAsked.has(machineName)) return lookForNamesake(maker, machineName)', replace: '' },
    ],
  },
  {
    fault: 'date-skewed',
    cure: "how long to wait for calls is reckoned by the answer's own clock; what no clock of an hour can say is not believed, and a call a minute finds out",
    test: {
      file: `${folder}/call-budget.test.ts`,
      name: 'a reset that is past, or further than an hour, is of another clock: a call a minute finds out',
    },
    without: [
      {
        file: `${folder}/call-budget.ts`,
        find: '  if (ms < -slackMs || ms > hourMs + slackMs) return disagreementMs\n',
        replace: '',
      },
    ],
  },
]
