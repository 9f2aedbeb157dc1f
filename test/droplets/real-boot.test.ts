import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { DropletBed, untilClosed } from './droplet-bed.ts'

testsInOwnNetwork(import.meta.url, "a droplet that Debian's own cloud-init boots by our user-data", { cloudInit: 'real' }, () => {
  let bed: DropletBed
  before(async () => {
    bed = await DropletBed.open('real')
  })
  after(() => bed.close())

  test('it works, calls the daemon, and is read by the door', async () => {
    const droplet = await bed.boot(2, { daemon: true })
    const closing = await untilClosed(droplet)
    assert.deepEqual([closing.ending, closing.machineId], ['finished', String(droplet.spec.id)])
    assert.deepEqual(
      closing.outcomes.map(({ runAccession, outcome }) => `${runAccession} ${outcome}`),
      ['ERR000001 done', 'ERR000002 done'],
    )
    const paths = new Set(bed.told.map(({ path }) => path))
    assert.deepEqual([...paths].sort(), ['/agent/beat', '/agent/closing', '/agent/outcome', '/agent/register'])
    assert.ok(bed.told.every(({ token, body }) => token === droplet.boot.token && body.machineId === String(droplet.spec.id)))
    const settings = (await droplet.root('sshd -T -C user=root,host=x,addr=1.2.3.4')).stdout
    assert.match(settings, /^passwordauthentication no$/m)
    const shadow = (await droplet.root('getent shadow mf-run mf-collect debian | cut -d: -f1-2; ls /etc/ssh/ssh_host_*_key'))
      .stdout
    assert.deepEqual(shadow.trim().split('\n'), ['mf-run:*', 'mf-collect:*', 'debian:!', '/etc/ssh/ssh_host_ed25519_key'])
    const as = (user: number, words: string): Promise<{ stdout: string }> =>
      droplet.root(`setpriv --reuid ${user} --regid ${user} --clear-groups sh -c '${words}'`)
    const search = `grep -rls ${droplet.boot.token} /var/lib/cloud /var/lib/microfetch /run /var/log /etc/ssh /tmp /opt; echo searched`
    for (const user of [41_001, 41_002])
      assert.equal((await as(user, search)).stdout, 'searched\n', `the token is hidden from ${user}`)
    await bed.end(droplet)
  })
})
