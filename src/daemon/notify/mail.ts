import { spawn } from 'node:child_process'
import { Problem } from '../../core/problem.ts'
import type { Channel } from './channel.ts'
import { writeMail } from './write-mail.ts'

/** How mails are sent. */
export interface MailOptions {
  /** The program and its arguments: it is given the mail on its input. No shell stands between. */
  command: readonly string[]
  to: string | undefined
  host: string
  /** All that the program sees of the environment. */
  environment: Readonly<Record<string, string>>
  /** The longest that the program may take; then it is killed, with everything it started. */
  seconds: number
}

const mostErrorLetters = 200

/** Sends a notice by a program such as sendmail. */
export function mail(options: MailOptions): Channel {
  return {
    name: 'mail',
    send: (notice, signal) => feed(options, writeMail(notice, options), signal),
  }
}

function feed({ command, environment, seconds }: MailOptions, text: string, signal: AbortSignal): Promise<void> {
  const [program = '', ...words] = command
  return new Promise((resolve, reject) => {
    // A group of its own: a program that hangs is killed with everything it started.
    const child = spawn(program, words, { stdio: ['pipe', 'ignore', 'pipe'], env: { ...environment }, detached: true })
    let said = ''
    let why = ''
    const kill = (because: string): void => {
      why = because
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    const timer = setTimeout(() => kill(`${program} did not end within ${seconds} s`), seconds * 1000)
    const abort = (): void => kill('the daemon ends')
    signal.addEventListener('abort', abort, { once: true })
    const settle = (fault: string | undefined): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      if (fault === undefined) resolve()
      else reject(new Problem('unreachable', fault))
    }
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (said = (said + piece).slice(0, mostErrorLetters)))
    // A program that does not read its input tells by its status how it went.
    child.stdin.on('error', () => undefined)
    child.once('error', error => settle(`${program} could not be started: ${error.message}`))
    child.once('exit', (status, killer) => {
      if (status === 0 && why === '') return settle(undefined)
      settle(why === '' ? `${program} ended with ${status ?? killer ?? 'nothing'}: ${plain(said)}` : why)
    })
    child.stdin.end(text)
  })
}

function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
}
