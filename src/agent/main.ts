import { describeError, Problem } from '../core/problem.ts'
import { askedAtDoor, readConfig } from './config.ts'
import { openDoor } from './door.ts'
import { runAgent } from './run-agent.ts'

// `agent.mjs FOLDER` works; `agent.mjs door FOLDER` is what a collector's key may do.
// Exit status 0: sent away · 1: a fault of ours · 2: cannot begin as it was told · 3: another agent has this folder.
try {
  const [verb, folder] = process.argv.slice(2)
  if (verb === 'door') process.exit(await openDoor(folder, askedAtDoor()))
  const end = await runAgent(await readConfig(process.argv.slice(2)))
  if (end === 'refused') process.stderr.write('agent: another agent works, or has worked, in this folder; it is left alone\n')
  process.exit(end === 'refused' ? 3 : 0)
} catch (error) {
  process.stderr.write(`agent: ${describeError(error)}\n`)
  process.exit(error instanceof Problem ? 2 : 1)
}
