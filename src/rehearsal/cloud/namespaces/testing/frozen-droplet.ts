import { once } from 'node:events'
import { smallCloud } from './small-cloud.ts'

/*
 * Runs inside a network of its own: boots a droplet, starts `sleep WORD` on it, freezes it, says `frozen`, and stays.
 */

const cloud = await smallCloud()
const droplet = await cloud.droplet(2)
await cloud.boot(droplet)
const machine = cloud.hosts.machineOf(droplet.id)
const entered = machine?.enter(['sh', '-c', `echo begun; exec sleep ${process.argv[2]}`])
if (entered?.stdout) await once(entered.stdout, 'data')
await cloud.hosts.harm(droplet.id, { kind: 'frozen' })
process.stdout.write('frozen\n')
setInterval(() => undefined, 60_000)
