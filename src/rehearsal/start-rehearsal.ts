import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { extname } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { controlClient, type ControlClient } from './control-client.ts'
import type { Scenario } from './scenario.ts'

/** How an archive is to be started. */
export interface RehearsalOptions {
  scenario?: Scenario
  /** Above the scenario's own seed. */
  seed?: number
  /** The address it listens on; loopback when not given. */
  host?: string
  port?: number
  /** Where made FASTQ files are kept between starts; without it they go away with the archive. */
  cacheDir?: string
}

/** A rehearsal archive that runs in a program of its own. */
export interface Rehearsal {
  /** `http://127.0.0.1:PORT`. */
  url: string
  /** For the setting `portal_url`. */
  portalUrl: string
  /** For the setting `taxonomy_url`. */
  taxonomyUrl: string
  /** For the setting `files_url`: stands for the host in the archive's file addresses. */
  filesUrl: string
  pid: number
  control: ControlClient
  /** Ends the archive and waits until it is gone. */
  stop(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** Starts an archive and waits until it listens. It ends with this program, should nobody stop it. Rejects with what it said when it cannot start. */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  // The program beside this file: TypeScript in a checkout, JavaScript once installed.
  const program = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))
  const flags = ['--port', String(options.port ?? 0), '--scenario', '-']
  if (options.host !== undefined) flags.push('--host', options.host)
  if (options.seed !== undefined) flags.push('--seed', String(options.seed))
  if (options.cacheDir !== undefined) flags.push('--cache', options.cacheDir)
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined)
  child.stdin.write(`${JSON.stringify(options.scenario ?? { taxa: [] })}\n`)
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const url = await firstAddress(child)
  return {
    url,
    portalUrl: `${url}/ena/portal/api`,
    taxonomyUrl: `${url}/ena/taxonomy/rest`,
    filesUrl: url,
    pid: child.pid ?? 0,
    control: controlClient(url),
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

function firstAddress(child: Child): Promise<string> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr.on('data', (words: Buffer) => (complaint = (complaint + words.toString('utf8')).slice(-4000)))
    child.once('error', reject)
    child.once('close', code =>
      reject(new Error(`the rehearsal archive ended with ${code} before it listened: ${complaint.trim()}`)),
    )
    createInterface({ input: child.stdout }).once('line', line => {
      try {
        resolve((JSON.parse(line) as { url: string }).url)
      } catch (error) {
        reject(new Error(`the rehearsal archive said "${line}" and not where it listens`, { cause: error }))
      }
    })
  })
}
