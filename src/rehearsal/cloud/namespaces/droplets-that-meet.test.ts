import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { smallCloud, type SmallCloud } from './testing/small-cloud.ts'
import { testsInOwnNetwork } from './testing/tests-in-own-network.ts'

testsInOwnNetwork(import.meta.url, 'droplets without a firewall between them', { cloudInit: 'light' }, () => {
  let cloud: SmallCloud
  before(async () => {
    cloud = await smallCloud({ dropletsMeet: true })
  })
  after(() => cloud.close())

  test('they reach each other by both addresses', async () => {
    const [one, other] = [await cloud.droplet(2), await cloud.droplet(3)]
    await Promise.all([one, other].map(droplet => cloud.boot(droplet)))
    for (const address of [other.publicAddress, other.privateAddress]) {
      const banner = await cloud.ssh(one, `timeout 10 bash -c 'read -r line </dev/tcp/${address}/22; echo "$line"'`)
      assert.match(banner.stdout, /^SSH-2/)
    }
  })
})
