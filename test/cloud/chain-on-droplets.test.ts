import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/daemon/config.ts'
import { openDaemon } from '../../src/daemon/main.ts'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { faultsOf } from '../chaos/faults-of-home.ts'
import { type DropletRig, openDropletRig } from './droplet-rig.ts'

const silent = { say: () => undefined, warn: () => undefined }

/** The daemon works until nothing is left; then what is wrong. */
async function workThrough(rig: DropletRig): Promise<string[]> {
  const daemon = await openDaemon(await readConfig({ home: rig.home }), { version: 'test', command: 'test', log: silent })
  try {
    await daemon.runUntilIdle(AbortSignal.timeout(240_000))
    const spent = await daemon.microdollarsSpent()
    const cents = [Math.round(spent / 10_000), Number(rig.cloud.bill().cents)]
    const living = rig.cloud.world.living().map(({ name }) => `droplet ${name} is left`)
    return [...living, ...(cents[0] === cents[1] ? [] : [`our books say ${cents[0]} cents, the bill ${cents[1]}`])]
  } finally {
    await daemon.close()
  }
}

testsInOwnNetwork(import.meta.url, 'the whole chain over droplets of namespaces', { cloudInit: 'light' }, () => {
  for (const isHeard of [true, false]) {
    test(`five droplets ${isHeard ? 'that call the daemon' : 'that cannot call'}: all is proved at home, none is left, the bill is ours`, async t => {
      const rig = await openDropletRig({ runs: 5, isHeard })
      t.after(() => rig.close())
      const wrong = await workThrough(rig)
      assert.deepEqual([...wrong, ...(await faultsOf(rig.home, rig.expected))], [])
      assert.equal(rig.cloud.world.all().length, 5)
    })
  }
})
