import { readConfig } from '../../src/daemon/config.ts'
import { openDaemon } from '../../src/daemon/main.ts'

/*
 * The shipped daemon, killed by itself with SIGKILL after so many effects on the world, or after the first of a name:
 * `daemon-that-dies HOME EFFECTS|NAME [SECONDS]`. With 0 effects it lives until nothing is left to do, and prints what effects there were;
 * after so many seconds (60) it gives up.
 */
const [, , home = '', dieAfter = '0', mostSeconds = '60'] = process.argv
let effects = 0
const names: string[] = []

function afterEffect(name: string): void {
  effects += 1
  names.push(name)
  if (effects === Number(dieAfter) || name === dieAfter) process.kill(process.pid, 'SIGKILL')
}

const log = {
  say: (text: string, fields?: object) => process.stderr.write(`${text} ${JSON.stringify(fields ?? {})}\n`),
  warn: (text: string, fields?: object) => process.stderr.write(`WARN ${text} ${JSON.stringify(fields ?? {})}\n`),
}
const config = await readConfig({ home })
const daemon = await openDaemon(config, { version: 'test', command: 'daemon-that-dies', log, effect: afterEffect })
const giveUp = AbortSignal.timeout(Number(mostSeconds) * 1000)
const left = await daemon.runUntilIdle(giveUp)
await daemon.close()
process.stdout.write(JSON.stringify({ effects, names, left, gaveUp: giveUp.aborted }) + '\n')
