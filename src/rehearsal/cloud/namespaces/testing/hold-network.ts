import { fileURLToPath } from 'node:url'
import { runInOwnNetwork } from '../own-network.ts'

/*
 * Holds a network of its own in which one droplet boots and is frozen: node hold-network.ts WORD
 * WORD stands in the command line of a program within, so that it can be found from outside. Says `frozen` when it is so.
 */

const within = fileURLToPath(new URL('./frozen-droplet.ts', import.meta.url))
process.exitCode = await runInOwnNetwork([process.execPath, within, process.argv[2] ?? ''])
