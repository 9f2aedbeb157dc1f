import { readConfig } from '../../src/daemon/config.ts'
import { openDaemon } from '../../src/daemon/main.ts'

/*
 * The shipped daemon, killed by itself with SIGKILL after so many effects on the world: `daemon-that-dies HOME EFFECTS`.
 * With 0 effects it lives until nothing is left to do, and prints how many effects there were.
 */
const [, , home = '', dieAfter = '0'] = process.argv
let effects = 0
const names: string[] = []

function afterEffect(name: string): void {
  effects += 1
  names.push(name)
  if (effects === Number(dieAfter)) process.kill(process.pid, 'SIGKILL')
}

const log = {
  say: (text: string, fields?: object) => process.stderr.write(`${text} ${JSON.stringify(fields ?? {})}\n`),
  warn: (text: string, fields?: object) => process.stderr.write(`WARN ${text} ${JSON.stringify(fields ?? {})}\n`),
}
const config = await readConfig({ home })
const daemon = await openDaemon(config, { version: 'test', command: 'daemon-that-dies', log, effect: afterEffect })
const giveUp = AbortSignal.timeout(60_000)
const left = await daemon.runUntilIdle(giveUp)
await daemon.close()
process.stdout.write(JSON.stringify({ effects, names, left, gaveUp: giveUp.aborted }) + '\n')
