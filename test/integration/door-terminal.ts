import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { runCli } from '../../src/cli/run-cli.ts'
import { openLedger } from '../../src/daemon/ledger/open-ledger.ts'
import { openTestArchive } from '../../src/rehearsal/open-test-archive.ts'
import { addedRows } from './door-rows.ts'
import { noon } from './door-world.ts'

/** What a command left behind. */
export interface Typed {
  code: number
  out: string
  err: string
}

/** How a command is typed. */
export interface Typing {
  /** What stands on stdin. */
  input?: string
  /** A person sits at a terminal and answers questions with these lines. */
  answers?: string[]
  environment?: Record<string, string>
  /** Aborted when the person presses Ctrl-C. */
  interrupted?: AbortSignal
  /** Columns of the terminal; 120 when it is not given. */
  columns?: number
  /** At a terminal, with stdout sent into a file. */
  toFile?: boolean
}

/** A person with a home of their own. */
export interface Terminal {
  home: string
  /** Types `microfetch …` in this process. */
  type(command: readonly string[], typing?: Typing): Promise<Typed>
  /** The same, with the output read as JSON. */
  json<Shape>(command: readonly string[], typing?: Typing): Promise<Shape>
  /** Puts rows into the ledger of the home. */
  put(act: (rows: ReturnType<typeof addedRows>) => Promise<void>): Promise<void>
  environment: Record<string, string>
}

/** A terminal in an empty home; `archive`: with a small ENA that the settings point to. */
export async function openTerminal(t: TestContext, { archive }: { archive: boolean } = { archive: false }): Promise<Terminal> {
  const home = mkdtempSync(join(tmpdir(), 'microfetch-door-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const url = archive ? (await openTestArchive(t)).url : 'http://127.0.0.1:9'
  const environment: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    MICROFETCH_HOME: home,
    MICROFETCH_ENA_PORTAL_URL: `${url}/ena/portal/api`,
    MICROFETCH_ENA_TAXONOMY_URL: `${url}/ena/taxonomy/rest`,
    MICROFETCH_ENA_REQUESTS_PER_SECOND: '50',
    MICROFETCH_SERVER_LISTEN: '127.0.0.1:0',
  }
  const type = (command: readonly string[], typing: Typing = {}) => typeIn(home, environment, command, typing)
  return {
    home,
    environment,
    type,
    json: async <Shape>(command: readonly string[], typing?: Typing) => JSON.parse((await type(command, typing)).out) as Shape,
    put: async act => {
      const ledger = await openLedger(join(home, 'ledger.sqlite'))
      await act(addedRows(ledger, noon))
      await ledger.close()
    },
  }
}

async function typeIn(
  home: string,
  environment: Record<string, string>,
  command: readonly string[],
  typing: Typing,
): Promise<Typed> {
  const isTty = typing.answers !== undefined
  const output = collecting(isTty && typing.toFile !== true, typing.columns)
  const messages = collecting(isTty, typing.columns)
  const input = isTty ? Object.assign(new PassThrough(), { isTTY: true }) : Readable.from([Buffer.from(typing.input ?? '')])
  if (isTty) answerQuestions(messages.stream, input as PassThrough, typing.answers ?? [])
  const code = await runCli({
    argv: command,
    streams: { input, output: output.stream, messages: messages.stream },
    environment: { ...environment, ...typing.environment },
    workingFolder: home,
    interrupted: typing.interrupted ?? new AbortController().signal,
    clock: () => new Date(),
  })
  return { code, out: output.text(), err: messages.text() }
}

function collecting(isTTY: boolean, columns = 120) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns })
  let text = ''
  stream.on('data', (piece: Buffer) => (text += piece.toString('utf8')))
  return { stream, text: () => text }
}

/** Types the next line whenever a question stands at the end of what was printed. */
function answerQuestions(messages: PassThrough, input: PassThrough, answers: string[]): void {
  messages.on('data', (piece: Buffer) => {
    if (/(\] |: )(\x1b\[[^a-zA-Z]*[a-zA-Z])*$/.test(piece.toString('utf8')) && answers.length > 0) {
      const answer = answers.shift() ?? ''
      setImmediate(() => input.write(`${answer}\n`))
    }
  })
}
