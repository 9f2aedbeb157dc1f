import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { until } from '../../src/rehearsal/cloud/namespaces/testing/small-cloud.ts'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { type BedDroplet, DropletBed, untilClosed } from './droplet-bed.ts'

testsInOwnNetwork(import.meta.url, 'droplets whose boot fails', { cloudInit: 'light' }, () => {
  let bed: DropletBed
  before(async () => {
    bed = await DropletBed.open('light')
  })
  after(() => bed.close())

  const nothingBegan = async (droplet: BedDroplet): Promise<void> => {
    const began = await droplet.root(
      "ps -eo args | grep -c '[a]gent.mjs /var'; ls -d /var/lib/microfetch/attempt/launch /opt/microfetch/kits/*/agent.mjs",
    )
    assert.equal(began.stdout, '0\n')
  }

  test('a kit that is not the one that was named is not unpacked, and the droplet says so by the door that it has until then', async () => {
    const droplet = await bed.boot(2, { kit: 'changed', boot: { quick: true } })
    const closing = await untilClosed(droplet)
    assert.equal(closing.ending, 'boot failed')
    assert.equal(closing.machineId, String(droplet.spec.id))
    assert.deepEqual(
      closing.outcomes.map(outcome => (outcome.outcome === 'failed' ? [outcome.runAccession, outcome.reason, outcome.cure] : [])),
      [
        ['ERR000001', 'WORK_LOST', 'retry'],
        ['ERR000002', 'WORK_LOST', 'retry'],
      ],
    )
    assert.match(JSON.stringify(closing.outcomes), /boot failed: get the agent's kit: none of its addresses gave it/)
    assert.match(closing.logTail, /is not the kit/)
    await nothingBegan(droplet)
    for (const place of ['boot.json', '/etc/passwd', '../boot.conf']) {
      assert.notEqual((await droplet.rsync(['-r'], place, '/run/small-cloud/stolen')).code, 0, place)
    }
    await bed.end(droplet)
  })

  test('a daemon that can be reached is told of the failed boot, with the token of the attempt', async () => {
    const droplet = await bed.boot(3, { kit: 'missing', daemon: true, boot: { quick: true } })
    await until('the closing document is told', () => bed.told.some(({ path }) => path === '/agent/closing'))
    const told = bed.told.filter(({ token }) => token === droplet.boot.token)
    assert.deepEqual(
      told.map(({ path }) => path),
      ['/agent/register', '/agent/closing'],
    )
    assert.equal(told[1]?.body.machineId, String(droplet.spec.id))
    assert.equal(told[1]?.body.closing?.ending, 'boot failed')
    const left = await droplet.root(`grep -rl ${droplet.boot.token} /var/lib/microfetch /var/log`)
    assert.equal(left.stdout, '/var/lib/microfetch/attempt/boot.json\n')
    await bed.end(droplet)
  })

  test('where the metadata address cannot be forbidden, the pipeline is not begun', async () => {
    const broken =
      'for tool in nft iptables; do printf "#!/bin/sh\\nexit 1\\n" >/usr/local/sbin/$tool; chmod 755 /usr/local/sbin/$tool; done'
    const droplet = await bed.boot(4, { bootcmd: [broken] })
    const closing = await untilClosed(droplet)
    assert.equal(closing.ending, 'boot failed')
    assert.match(JSON.stringify(closing.outcomes), /keep the pipeline from the metadata service/)
    assert.equal((await droplet.root("ps -eo args | grep -c '[a]gent.mjs /var'")).stdout, '0\n')
    await bed.end(droplet)
  })

  test('a boot that failed can be repeated once its cause is gone', async () => {
    const droplet = await bed.boot(5, { kit: 'missing', boot: { quick: true } })
    assert.equal((await untilClosed(droplet)).ending, 'boot failed')
    bed.kitServed = 'whole'
    const again = await droplet.root('sh /var/lib/microfetch/boot.sh; echo $?')
    assert.equal(again.stdout, '0\n', (await droplet.root('cat /var/lib/microfetch/boot.log')).stdout)
    await until('it has finished', async () => (await droplet.closing())?.ending === 'finished')
    await bed.end(droplet)
  })
})
