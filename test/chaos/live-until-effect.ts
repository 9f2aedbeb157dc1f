import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the program said when it ended by itself. */
export interface Ended {
  signal: NodeJS.Signals | null
  effects: number
  names: string[]
  gaveUp: boolean
}

/**
 * Starts the daemon of a home; it kills itself after so many effects (0: never) or after the first of a name, or ends when it is idle.
 * Rejects when that takes longer than `mostSeconds`.
 */
export function liveUntilEffect(home: string, dieAfter: number | string, mostSeconds = 60): Promise<Ended> {
  const program = fileURLToPath(new URL('./daemon-that-dies.ts', import.meta.url))
  const child = spawn(process.execPath, [program, home, String(dieAfter), String(mostSeconds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Hundreds of starts: what was compiled once is kept.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'microfetch-chaos-compiled') },
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complained = (complained + chunk.toString()).slice(-20_000)))
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => {
      if (signal !== null) return resolve({ signal, effects: 0, names: [], gaveUp: false })
      if (code !== 0) return reject(new Error(`the daemon ended with ${code}:\n${complained}`))
      const told = JSON.parse(said) as Omit<Ended, 'signal'>
      if (told.gaveUp) return reject(new Error(`the daemon did not come to an end:\n${complained}`))
      resolve({ ...told, signal: null })
    })
  })
}
