import type { EndpointName } from '../exchange.ts'
import type { ContentFlaw } from '../scenario.ts'
import type { Fault } from './fault.ts'
import type { Named } from './refuse.ts'

const file: readonly EndpointName[] = ['file']
const gets: readonly string[] = ['GET']

function flawFault<Name extends string>(name: Name, flaw: ContentFlaw, does: string): Named<Name> {
  return { name, does: `${does} The listed bytes and MD5 are those of the file as it is.`, strikes: [], change: () => ({ flaw }) }
}

/** Faults of a file on its way, and of the files themselves. */
export const fileBodies = [
  {
    name: 'file-truncated-body',
    does: 'Names the right length, sends half of it and breaks the connection.',
    strikes: file,
    methods: gets,
    file(plan, { share }) {
      plan.stopAtShare = share
      plan.then = 'cut'
    },
  },
  {
    name: 'file-short-body',
    does: 'Sends half of the file as if it were all of it.',
    strikes: file,
    methods: gets,
    file(plan, { share }) {
      plan.stopAtShare = share
      plan.then = 'end'
      plan.namesShortLength = true
    },
  },
  {
    name: 'file-stall',
    does: 'Sends half of the file and then nothing for some seconds (for ever).',
    strikes: file,
    methods: gets,
    file(plan, { share, seconds }) {
      plan.stopAtShare = share
      plan.then = 'pause'
      plan.pauseSeconds = seconds
    },
  },
  {
    name: 'file-slow',
    does: 'Sends the file at 50 kB a second.',
    strikes: file,
    methods: gets,
    defaults: { amount: 50_000 },
    file: (plan, { amount }) => void (plan.bytesPerSecond = amount),
  },
  {
    name: 'file-wrong-md5-once',
    does: 'Turns a byte over on the way, once.',
    strikes: file,
    methods: gets,
    file: plan => void (plan.turnsBytes = true),
  },
  {
    name: 'file-wrong-md5-always',
    does: 'Turns a byte over on the way, every time.',
    strikes: file,
    methods: gets,
    defaults: { times: 0 },
    file: plan => void (plan.turnsBytes = true),
  },
  {
    name: 'file-range-ignored',
    does: 'Sends the whole file with 200 although a range was asked for.',
    strikes: file,
    methods: gets,
    defaults: { times: 0 },
    file: plan => void (plan.ignoresRange = true),
  },
  flawFault('file-gzip-truncated-right-md5', 'gzip-truncated', 'The gzip stream of a file breaks off.'),
  flawFault('file-mates-unequal', 'mates-unequal', 'The second mate file holds fewer reads than the first.'),
  flawFault('file-too-few-reads', 'too-few-reads', 'Every file holds three reads at most.'),
  flawFault('file-empty-gzip', 'empty-gzip', 'Every file is the gzip of nothing.'),
  flawFault('file-flat-qualities', 'flat-qualities', 'Every quality is the same mark, as in SRA Lite.'),
  flawFault('file-not-fastq', 'not-fastq', 'Every file is the gzip of an HTML page.'),
  flawFault('file-broken-fastq', 'broken-fastq', 'The second read of every file has fewer qualities than bases.'),
] as const satisfies readonly Fault[]
