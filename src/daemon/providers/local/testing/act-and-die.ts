import { aBoot, localOptions } from './local-machines.ts'
import { localProvider } from '../local-provider.ts'

/*
 * A daemon that is killed right after an effect: `act-and-die.ts WORK_FOLDER SCRIPT EFFECT create NAME` or `… destroy MACHINE_ID`.
 * Ends with status 0 when it was never at that point.
 */
const [workFolder = '', script = '', effectName = '', act = '', subject = ''] = process.argv.slice(2)
const provider = localProvider(
  localOptions(workFolder, script, name => {
    if (name === effectName) process.kill(process.pid, 'SIGKILL')
  }),
)
const outcome = act === 'create' ? await provider.create(subject, aBoot(subject)) : await provider.destroy(subject)
process.stdout.write(JSON.stringify(outcome))
