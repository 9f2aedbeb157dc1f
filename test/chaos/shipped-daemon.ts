import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { demoEnvironment } from '../../src/cli/demo-home.ts'

/** The daemon as people start it. */
export interface ShippedDaemon {
  child: ChildProcess
  /** Its exit status (null when it was killed), and the end of what it said. */
  ended: Promise<{ code: number | null; said: string }>
}

/** Starts `./microfetch up --until-idle` on a home. A life takes half a minute; on a computer that is far too busy some minutes. */
export function startShippedDaemon(home: string, mostSeconds = 300): ShippedDaemon {
  const program = fileURLToPath(new URL('../../microfetch', import.meta.url))
  const child = spawn(program, ['--home', home, 'up', '--until-idle', '--max-duration', `${mostSeconds}s`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: demoEnvironment(process.env),
  })
  let said = ''
  const hear = (chunk: Buffer): void => void (said = (said + chunk.toString()).slice(-20_000))
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return { child, ended: new Promise(resolve => child.once('close', code => resolve({ code, said }))) }
}
