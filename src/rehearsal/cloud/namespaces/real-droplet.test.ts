import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { metadataAddress } from './hub.ts'
import { smallCloud, type SmallCloud, until } from './testing/small-cloud.ts'
import { testsInOwnNetwork } from './testing/tests-in-own-network.ts'

testsInOwnNetwork(import.meta.url, "droplets that Debian's own cloud-init boots", { cloudInit: 'real' }, () => {
  let cloud: SmallCloud
  before(async () => {
    cloud = await smallCloud({ cloudInit: 'real' })
  })
  after(() => cloud.close())

  test('cloud-init follows the user-data, and the droplet shows the host key that was pinned in it', async () => {
    const droplet = await cloud.droplet(
      2,
      {},
      {
        users: [{ name: 'pipeline', system: true, shell: '/usr/sbin/nologin', no_create_home: true }],
        write_files: [{ path: '/opt/deep/secret', content: 'c2VjcmV0', encoding: 'b64', permissions: '0600' }],
        runcmd: [['sh', '-c', 'hostname > /opt/ran']],
      },
    )
    await cloud.boot(droplet)
    await until(
      'cloud-init is done',
      async () => (await cloud.ssh(droplet, 'test -e /var/lib/cloud/instance/boot-finished')).code === 0,
    )
    const seen = await cloud.ssh(
      droplet,
      `cat /opt/deep/secret; echo; stat -c %a /opt/deep/secret; cat /opt/ran; getent passwd pipeline | cut -d: -f7
       cloud-init status --long | tail -1; cat /etc/ssh/ssh_host_*_key.pub | cut -d' ' -f1,2`,
    )
    const [secret, mode, ran, shell, datasource, ...hostKeys] = seen.stdout.trim().split('\n')
    assert.deepEqual([secret, mode, ran, shell], ['secret', '600', 'mf-2', '/usr/sbin/nologin'], seen.stderr)
    assert.equal(datasource, 'DataSourceDigitalOcean')
    assert.deepEqual(hostKeys, [cloud.hostKey(droplet.id).split(' ').slice(0, 2).join(' ')])
  })

  test('a new droplet at a used address shows its own key, which whoever expects the old one refuses', async () => {
    const first = await cloud.droplet(3, { id: 300_000_103 })
    await cloud.boot(first)
    await cloud.hosts.end(first.id)
    const second = await cloud.droplet(3, { id: 300_000_203 })
    await cloud.boot(second)
    const refused = await cloud.ssh(first, 'true')
    assert.equal(refused.code, 255)
    assert.match(refused.stderr, /REMOTE HOST IDENTIFICATION HAS CHANGED/)
    assert.equal((await cloud.ssh(second, 'hostname')).stdout, 'mf-3\n')
  })

  test('the metadata address tells each droplet of itself alone', async () => {
    const [one, other] = [await cloud.droplet(4), await cloud.droplet(5)]
    await Promise.all([one, other].map(droplet => cloud.boot(droplet)))
    const ask = `curl --silent --max-time 60 http://${metadataAddress}/metadata/v1/`
    for (const droplet of [one, other]) {
      assert.equal((await cloud.ssh(droplet, `${ask}id`)).stdout, String(droplet.id))
      assert.equal((await cloud.ssh(droplet, `${ask}user-data`)).stdout, droplet.userData)
    }
  })
})
