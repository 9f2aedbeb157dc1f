import { setTimeout as sleep } from 'node:timers/promises'
import { openCollector } from '../../src/collector/main.ts'
import { tokens } from './collector-world.ts'

/*
 * The program `microfetch collect` on its own, killed right after the first effect of a name: `collect-and-die.ts SERVER LIBRARY EFFECT`.
 * Prints the names of the effects it came to; with an effect that it never comes to, it ends by itself.
 */
const [serverUrl = '', libraryFolder = '', last = ''] = process.argv.slice(2)
const collector = await openCollector({
  serverUrl,
  token: tokens.collector,
  fetch: request => fetch(request),
  libraryFolder,
  name: 'storage',
  identityFile: undefined,
  jumpHost: undefined,
  localMachines: true,
  atOnce: 2,
  bandwidthKbytes: undefined,
  window: undefined,
  quotaBytes: undefined,
  reserveBytes: 0,
  fileMode: 0o444,
  group: undefined,
  everySeconds: 0,
  version: '0.0.0',
  command: 'collect-and-die',
  clock: () => new Date(),
  log: { say: () => undefined, warn: text => void process.stderr.write(`${text}\n`) },
  wait: () => sleep(100),
  effect: name => {
    process.stdout.write(`${name}\n`)
    if (name === last) process.kill(process.pid, 'SIGKILL')
  },
})
await collector.once(new AbortController().signal)
collector.close()
