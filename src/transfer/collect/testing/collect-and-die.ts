import { rsyncCollector } from '../rsync-collector.ts'
import type { AttemptPlace, ToCollect } from '../../collector.ts'

/*
 * A daemon that is killed right after the Nth effect of an act: `collect-and-die.ts LIBRARY NUMBER collect|remove PLACE RUN`, the last two
 * as JSON. Prints the names of the effects it came to; ends with status 0 when there were fewer.
 */
const [libraryFolder = '', number = '', act = '', place = '', run = ''] = process.argv.slice(2)
let effects = 0
const collector = rsyncCollector({
  libraryFolder,
  reserveBytes: 0,
  clock: () => new Date(),
  log: { say: () => undefined, warn: () => undefined },
  effect: name => {
    effects++
    process.stdout.write(`${name}\n`)
    if (effects === Number(number)) process.kill(process.pid, 'SIGKILL')
  },
})
const toCollect = JSON.parse(run) as ToCollect
const where = JSON.parse(place) as AttemptPlace
if (act === 'collect') await collector.collect(where, toCollect)
else await collector.remove(where, toCollect.runAccession)
