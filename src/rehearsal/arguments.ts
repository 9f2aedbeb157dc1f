import { parseArgs } from 'node:util'
import type { ReadsFolder } from './scenario.ts'

/** What the rehearsal archive was told on its command line. */
export interface RehearsalArguments {
  /** The address it listens on. */
  host: string
  port: number
  seed: number | undefined
  /** A file, `-` for one line on standard input, or the name of a scenario that is built in. */
  scenario: string | undefined
  /** Where made files are kept; a folder that goes away with the archive when not given. */
  cacheDir: string | undefined
  readsFolders: ReadsFolder[]
  /** Go on when standard input ends. */
  keeps: boolean
  asksForHelp: boolean
}

/** What the command line may say. */
export const usage = `node main.ts [--host ADDRESS] [--port N] [--seed N] [--scenario FILE.json|-|demo|million] [--cache DIR]
             [--reads-dir DIR --taxon ID [--name NAME]] [--keep]

Serves an archive of invented sequencing runs on 127.0.0.1 (or the address given) and prints {"url": …} on one line when it listens.
Ends on SIGTERM, and when its standard input ends unless --keep is given.
`

/** Reads the command line. Throws with a sentence for a person when it cannot be understood. */
export function readArguments(words: readonly string[]): RehearsalArguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      seed: { type: 'string' },
      scenario: { type: 'string' },
      cache: { type: 'string' },
      'reads-dir': { type: 'string', multiple: true, default: [] },
      taxon: { type: 'string', multiple: true, default: [] },
      name: { type: 'string', multiple: true, default: [] },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    host: values.host,
    port: wholeNumber('--port', values.port),
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed),
    scenario: values.scenario,
    cacheDir: values.cache,
    readsFolders: foldersOf(values['reads-dir'], values.taxon, values.name),
    keeps: values.keep,
    asksForHelp: values.help,
  }
}

/** Folders, taxa and names go together in the order in which they were given. */
function foldersOf(dirs: readonly string[], taxa: readonly string[], names: readonly string[]): ReadsFolder[] {
  if (dirs.length !== taxa.length) throw new Error('each --reads-dir needs its --taxon')
  return dirs.map((dir, at) => {
    const name = names[at]
    return { dir, taxon: wholeNumber('--taxon', taxa[at] ?? ''), ...(name === undefined ? {} : { name }) }
  })
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${flag} takes a whole number, not "${text}"`)
  return Number(text)
}
