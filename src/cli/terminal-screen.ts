import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { Problem } from '../core/problem.ts'
import { tameText } from './plain-text.ts'
import type { Paint, Screen } from './screen.ts'

/** The streams of a program; a test hands in its own. */
export interface Streams {
  input: NodeJS.ReadableStream & { isTTY?: boolean }
  output: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
  messages: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }
}

/** What decides about colour: `--no-color`, NO_COLOR, CLICOLOR and CLICOLOR_FORCE. */
export interface ColourWish {
  noColour: boolean
  environment: Readonly<Record<string, string | undefined>>
}

/** Between two lines of progress where nothing can be rewritten, in milliseconds. */
const progressEveryMs = 10_000

/** A screen over real streams. */
export function terminalScreen(streams: Streams, wish: ColourWish, nowMs: () => number): Screen {
  const { input, output, messages } = streams
  const rewrites = messages.isTTY === true
  const width = messages.columns ?? output.columns ?? 80
  let progressShown = ''
  let progressAtMs = -Infinity
  const clearProgress = (): void => {
    if (!rewrites) return
    if (progressShown !== '') messages.write('\r\x1b[2K')
    progressShown = ''
  }
  return {
    isTable: output.isTTY === true,
    canAsk: input.isTTY === true && rewrites,
    width: output.columns ?? messages.columns ?? 80,
    paint: wantsColour(wish, rewrites) ? colours : plain,
    dataPaint: wantsColour(wish, output.isTTY === true) ? colours : plain,
    data: async text => {
      clearProgress()
      const whole = text.endsWith('\n') ? text : `${text}\n`
      // A program gets every byte; a terminal, what cannot steer it.
      if (!output.write(output.isTTY === true ? tameText(whole) : whole)) await once(output, 'drain')
    },
    say: text => {
      clearProgress()
      messages.write(`${tameText(text)}\n`)
    },
    progress: said => {
      const text = tameText(said)
      if (rewrites) {
        const line = text.length < width ? text : `${text.slice(0, width - 2)}…`
        messages.write(`\r\x1b[2K${line}`)
        progressShown = line
      } else if (nowMs() - progressAtMs >= progressEveryMs && text !== progressShown) {
        progressAtMs = nowMs()
        progressShown = text
        messages.write(`${text}\n`)
      }
    },
    progressDone: clearProgress,
    ask: question => {
      clearProgress()
      return askOnce(input, messages, question)
    },
    readInput: async () => {
      const pieces: Buffer[] = []
      for await (const piece of input) pieces.push(Buffer.from(piece))
      return Buffer.concat(pieces).toString('utf8')
    },
  }
}

/** Asks and reads one line. Ctrl-C is passed on as the signal it is; it and an end of the input are no answer. */
async function askOnce(input: Streams['input'], messages: Streams['messages'], question: string): Promise<string> {
  const lines = createInterface({ input, output: messages })
  const ended = new Promise<never>((_resolve, reject) => {
    lines.once('close', () => reject(new Problem('not-allowed', 'there was no answer')))
  })
  lines.once('SIGINT', () => {
    lines.close()
    process.emit('SIGINT')
  })
  try {
    return (await Promise.race([lines.question(question), ended])).trim()
  } finally {
    ended.catch(() => undefined)
    lines.close()
  }
}

function wantsColour({ noColour, environment }: ColourWish, isTty: boolean): boolean {
  if (noColour || (environment['NO_COLOR'] ?? '') !== '') return false
  const forced = environment['CLICOLOR_FORCE'] ?? ''
  if (forced !== '' && forced !== '0') return true
  return isTty && environment['CLICOLOR'] !== '0' && environment['TERM'] !== 'dumb'
}

function code(open: number, close: number): (text: string) => string {
  return text => `\x1b[${open}m${text}\x1b[${close}m`
}

const colours: Paint = { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), green: code(32, 39), yellow: code(33, 39) }
const plain: Paint = { bold: same, dim: same, red: same, green: same, yellow: same }

function same(text: string): string {
  return text
}
