import { describe, test } from 'node:test'
import { agentProgram } from './agent-programs.ts'
import { MachineBed } from './machine-bed.ts'

/** One life of an agent: what must be true, and how it is tried on a machine with an open daemon. */
export type Life = [title: string, live: (bed: MachineBed) => Promise<void>]

/** Tries each life with the bundled agent under this Node and under Node 18, several at once: they mostly wait. */
export function onBothNodes(subject: string, lives: readonly Life[]): void {
  for (const name of ['this Node', 'Node 18'] as const) {
    describe(`${subject}, under ${name}`, { concurrency: 3 }, () => {
      for (const [title, live] of lives) {
        test(title, { timeout: 30_000 }, async () => {
          const bed = new MachineBed(await agentProgram(name))
          await bed.daemon.open()
          try {
            await live(bed)
          } finally {
            await bed.clear()
          }
        })
      }
    })
  }
}
