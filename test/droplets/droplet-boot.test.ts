import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { metadataAddress } from '../../src/rehearsal/cloud/namespaces/hub.ts'
import { until } from '../../src/rehearsal/cloud/namespaces/testing/small-cloud.ts'
import { testsInOwnNetwork } from '../../src/rehearsal/cloud/namespaces/testing/tests-in-own-network.ts'
import { type BedDroplet, DropletBed, untilClosed } from './droplet-bed.ts'

const metadataUrl = `http://${metadataAddress}/metadata/v1/id`

/** What the pipeline's user tries, one line each: what it could do of that stands in `probe.txt` of the launch folder. */
const tries = `
exec 3>probe.txt
try() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "$name yes" >&3; else echo "$name no" >&3; fi; }
try metadata curl -s --max-time 4 ${metadataUrl}
try boot-file cat /var/lib/microfetch/attempt/boot.json
try boot-settings cat /var/lib/microfetch/boot.conf
try assignment cat /var/lib/microfetch/attempt/assignment.json
try host-key cat /etc/ssh/ssh_host_ed25519_key
try results ls /var/lib/microfetch/attempt/results
try write-results touch /var/lib/microfetch/attempt/results/x
try write-folder touch /var/lib/microfetch/attempt/x
try write-kit touch "$1"/x
try write-keys touch /var/lib/microfetch/collect/.ssh/authorized_keys
try agent-memory cat /proc/$PPID/environ
try sudo sudo -n true
try firewall nft flush ruleset
try own-home touch "$HOME/x"
try own-tmp touch "$TMPDIR/x"
try kit cat "$2/nextflow.ts"
echo "user $(id -u):$(id -g) groups $(id -G) home $HOME nxf $NXF_HOME privs $(grep NoNewPrivs /proc/self/status | tr -cd 01)" >&3
ln -s /etc/shadow link
`

testsInOwnNetwork(import.meta.url, 'droplets that boot by our user-data', { cloudInit: 'light' }, () => {
  let bed: DropletBed
  before(async () => {
    bed = await DropletBed.open('light')
  })
  after(() => bed.close())

  test('a droplet that can call nobody works, and is read and emptied by the collector key alone', async () => {
    const droplet = await bed.boot(2)
    const closing = await untilClosed(droplet)
    assert.equal(closing.machineId, String(droplet.spec.id))
    assert.equal(closing.ending, 'finished')
    const outcomes = closing.outcomes.map(({ runAccession, outcome }) => `${runAccession} ${outcome}`)
    assert.deepEqual(outcomes, ['ERR000001 done', 'ERR000002 done'])
    const to = join(bed.cloud.folder, 'home')
    mkdirSync(to)
    const { code, stderr } = await droplet.rsync(['-r', '--checksum', '--remove-source-files'], 'results/ERR000001/', to)
    assert.equal(code, 0, stderr)
    assert.deepEqual(readdirSync(to).sort(), ['manifest.sha256', 'result.txt', 'run-complete.json'])
    assert.equal((await droplet.root('find /var/lib/microfetch/attempt/results/ERR000001 -type f')).stdout, '')
    assert.equal((await droplet.standing())?.progress.phase, 'done')
    for (const place of ['boot.json', '/etc/passwd', './', 'work/']) {
      assert.notEqual((await droplet.rsync(['-r'], place, join(bed.cloud.folder, 'stolen'))).code, 0, place)
    }
    assert.match((await droplet.root('cat /var/lib/microfetch/attempt/door.log')).stdout, /refused: the place boot\.json/)
    await bed.end(droplet)
  })

  test("a person's key opens root's account, the collector's opens no shell, a password opens nothing", async () => {
    const droplet = await bed.boot(3)
    await untilClosed(droplet)
    assert.equal((await droplet.root('id -u')).stdout, '0\n')
    for (const wish of ['id', 'sh', '']) assert.match((await droplet.asCollector(wish)).stderr, /door: .* is not allowed/)
    const settings = (await droplet.root('sshd -T -C user=root,host=x,addr=1.2.3.4')).stdout
    for (const word of ['passwordauthentication no', 'kbdinteractiveauthentication no', 'permitrootlogin without-password'])
      assert.match(settings, new RegExp(`^${word}$`, 'm'))
    assert.deepEqual(
      settings.split('\n').filter(line => line.startsWith('hostkey ')),
      ['hostkey /etc/ssh/ssh_host_ed25519_key'],
    )
    await bed.end(droplet)
  })

  test('the pipeline can reach neither the metadata address nor the token, nor write but in its own folders', async () => {
    const droplet = await bed.boot(4, { probe: tries })
    await untilClosed(droplet)
    const probed = (await droplet.root('cat /var/lib/microfetch/attempt/launch/probe.txt')).stdout.trim().split('\n')
    const could = probed.filter(line => line.endsWith(' yes')).map(line => line.replace(' yes', ''))
    assert.deepEqual(could, ['own-home', 'own-tmp', 'kit'])
    assert.equal(probed.filter(line => line.endsWith(' no')).length, 13)
    const home = '/var/lib/microfetch/attempt/home'
    assert.equal(probed.at(-1), `user 41002:41002 groups 41002 home ${home} nxf ${home}/.nextflow privs 1`)
    assert.equal((await droplet.root(`curl -s ${metadataUrl}`)).stdout, String(droplet.spec.id), 'root still can')
    const token = droplet.boot.token
    const readable = await droplet.root(
      `setpriv --reuid 41002 --regid 41002 --clear-groups grep -rls ${token} /var/lib/cloud /var/lib/microfetch /usr/local/lib/test-cloud /run /var/log /etc/ssh /etc/systemd /tmp /opt; echo searched`,
    )
    assert.equal(readable.stdout, 'searched\n', 'the token lies in no file that the pipeline could read')
    await bed.end(droplet)
  })

  test('a boot that is repeated changes nothing, and starts no second agent', async () => {
    const droplet = await bed.boot(5)
    const before = await untilClosed(droplet)
    const count = "ps -eo args | grep -c '[a]gent.mjs /var'"
    const agents = (await droplet.root(count)).stdout
    const again = await droplet.root('sh /var/lib/microfetch/boot.sh; echo $?')
    assert.equal(again.stdout, '0\n')
    assert.deepEqual(await droplet.closing(), before)
    await until('only the first agent is left', async () => (await droplet.root(count)).stdout === agents)
    await bed.end(droplet)
  })

  /** A droplet whose first run is done, and whose second waits until the test lets it go on. */
  const halfDone = async (place: number, daemon: boolean): Promise<BedDroplet> => {
    const droplet = await bed.boot(place, {
      daemon,
      probe: `[ -e "$HOME/held" ] || : >"$HOME/ERR000002"; : >"$HOME/held"`,
      holds: true,
    })
    await until('the first run is done', async () => (await droplet.standing())?.progress.runsDone === 1)
    return droplet
  }
  const agents = "ps -eo args | grep -c '[a]gent.mjs /var'"

  test('what was fetched of a droplet that still works frees its disk', async () => {
    const droplet = await halfDone(6, false)
    const to = join(bed.cloud.folder, 'early')
    mkdirSync(to)
    assert.equal((await droplet.rsync(['-r', '--checksum', '--remove-source-files'], 'results/ERR000001/', to)).code, 0)
    assert.deepEqual(readdirSync(to).sort(), ['manifest.sha256', 'result.txt', 'run-complete.json'])
    const left = await droplet.root('cd /var/lib/microfetch/attempt; find results out work -type f; ls home')
    assert.equal(left.stdout, 'ERR000002\nheld\ntmp\n')
    await droplet.root('rm /var/lib/microfetch/attempt/home/ERR000002')
    const outcomes = (await untilClosed(droplet)).outcomes.map(({ runAccession, outcome }) => `${runAccession} ${outcome}`)
    assert.deepEqual(outcomes, ['ERR000001 done', 'ERR000002 done'])
    await bed.end(droplet)
  })

  test('an attempt that was closed ends the pipeline, and what is whole stays', async () => {
    const droplet = await halfDone(7, true)
    bed.status = 410
    await until('the agent has left', async () => (await droplet.root(agents)).stdout === '0\n')
    bed.status = 200
    const left = await droplet.root('ps -u mf-run -o args=; ls /var/lib/microfetch/attempt/results')
    assert.equal(left.stdout, 'ERR000001\n')
    assert.equal((await droplet.rsync(['--list-only', '-r'], 'results/', '.')).code, 0)
    await bed.end(droplet)
  })

  test('an agent that is killed at work is followed by one that says what is done and ends the rest', async () => {
    const droplet = await halfDone(8, true)
    await droplet.root('kill -KILL "$(cut -d. -f2 /var/lib/microfetch/attempt/agent.lock)"')
    const closing = await untilClosed(droplet)
    assert.equal(closing.ending, 'agent died')
    assert.deepEqual(
      closing.outcomes.map(outcome => (outcome.outcome === 'done' ? outcome.outcome : outcome.reason)),
      ['done', 'WORK_LOST'],
    )
    assert.equal((await droplet.root('ps -u mf-run -o args=')).stdout, '')
    await until('the daemon is told', () =>
      bed.told.some(({ path, token }) => path === '/agent/closing' && token === droplet.boot.token),
    )
    await bed.end(droplet)
  })
})
