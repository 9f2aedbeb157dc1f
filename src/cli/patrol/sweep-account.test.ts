import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { openTerminal, type Terminal } from '../../../test/integration/door-terminal.ts'
import { fullToken } from '../../rehearsal/cloud/cloud-settings.ts'
import { openTestCloud, type TestCloud } from '../../rehearsal/cloud/open-test-cloud.ts'
import type { TaggedRow } from './print-tagged.ts'

const hour = 3600
const usual = ['mf', 'mf-env-inst1', 'mf-attempt:a1']

const atOnce: [number, number] = [0, 0]
const hasty = { boot: atOnce, address: atOnce, newInList: atOnce, goneFromList: atOnce, createEventSeconds: 0 }

interface Bed {
  cloud: TestCloud
  person: Terminal
  expiry(seconds: number): string
}

/** A cloud on the clock of this computer, and a person who has nothing but the token. */
async function aBed(t: TestContext): Promise<Bed> {
  const cloud = await openTestCloud(t, { clock: () => new Date(), tickMs: 5, ...hasty, destroy: [0.02, 0.05] })
  const person = await openTerminal(t)
  person.environment['MICROFETCH_HOME'] = '/dev/null/nothing'
  person.environment['MICROFETCH_DIGITALOCEAN_API_URL'] = cloud.url
  person.environment['MICROFETCH_DIGITALOCEAN_TOKEN'] = fullToken
  return { cloud, person, expiry: seconds => `mf-exp:${Math.floor(Date.now() / 1000) + seconds}` }
}

async function fourDroplets(bed: Bed) {
  const { cloud } = bed
  const expiry = (seconds: number) => bed.expiry(seconds)
  const expired = await cloud.born({ name: 'mf-expired', tags: [...usual, expiry(-hour)] })
  const alive = await cloud.born({ name: 'mf-alive', tags: [...usual, expiry(hour)] })
  const kept = await cloud.born({ name: 'mf-kept', tags: [...usual, expiry(-hour), 'mf-keep'] })
  const foreign = await cloud.born({ name: 'database', tags: [...usual, expiry(-hour)] })
  const other = await cloud.born({ name: 'mf-else', tags: ['web'] })
  return { expired, alive, kept, foreign, other }
}

/** Names that the account still has. */
async function namesLeft({ cloud }: Bed): Promise<string[]> {
  const { body } = await cloud.ask('GET', 'droplets?per_page=200')
  return (body as { droplets: { name: string }[] }).droplets.map(({ name }) => name).toSorted()
}

suite('microfetch panic, with nothing but the token', () => {
  test('ends every droplet of microfetch but what is kept, and says what is left', async t => {
    const bed = await aBed(t)
    await fourDroplets(bed)
    const left = await bed.person.type(['panic', '--yes', '--json'])
    assert.equal(left.code, 3, left.err)
    assert.match(left.err, /Every droplet of microfetch in the account is meant, of every installation/)
    assert.match(left.err, /stop the daemon, or take its token away/)
    assert.deepEqual(await namesLeft(bed), ['database', 'mf-else', 'mf-kept'])
    const { ended } = JSON.parse(left.out) as { ended: { outcome: string }[] }
    assert.deepEqual(
      ended.map(({ outcome }) => outcome),
      ['gone', 'gone'],
    )
    const none = await bed.person.type(['panic', '--yes', '--also-kept'])
    assert.equal(none.code, 0, none.err)
    assert.match(none.err, /digitalocean lists none at/)
    assert.deepEqual(await namesLeft(bed), ['database', 'mf-else'])
  })

  test('keeps to one installation when one is named', async t => {
    const bed = await aBed(t)
    await bed.cloud.born({ name: 'mf-mine', tags: ['mf', 'mf-env-mine'] })
    await bed.cloud.born({ name: 'mf-theirs', tags: ['mf', 'mf-env-theirs'] })
    assert.equal((await bed.person.type(['panic', '--installation', 'mine', '--yes'])).code, 0)
    assert.deepEqual(await namesLeft(bed), ['mf-theirs'])
  })
})

suite('microfetch sweep --provider-only', () => {
  test('needs no home; where nobody can be asked it only reports, with status 3 when something is past its expiry', async t => {
    const bed = await aBed(t)
    await bed.cloud.born({ name: 'mf-alive', tags: [...usual, bed.expiry(hour)] })
    assert.equal((await bed.person.type(['sweep', '--provider-only'])).code, 0)
    await fourDroplets(bed)
    const before = await namesLeft(bed)
    for (const flags of [[], ['--yes'], ['--destroy', '--dry-run']]) {
      const told = await bed.person.type(['sweep', '--provider-only', '--json', ...flags])
      assert.equal(told.code, 3, told.err)
      const { machines } = JSON.parse(told.out) as { machines: TaggedRow[] }
      assert.deepEqual(machines.map(row => [row.name, row.verdict]).toSorted(), [
        ['database', 'not ours'],
        ['mf-alive', 'alive'],
        ['mf-alive', 'alive'],
        ['mf-expired', 'expired'],
        ['mf-kept', 'kept'],
      ])
    }
    assert.deepEqual(await namesLeft(bed), before)
  })

  test('destroys without being asked only what is past its expiry, and never what is kept or not named by us', async t => {
    const bed = await aBed(t)
    await fourDroplets(bed)
    assert.equal((await bed.person.type(['sweep', '--provider-only', '--destroy'])).code, 2, 'nobody can be asked')
    const told = await bed.person.type(['sweep', '--provider-only', '--destroy', '--yes'])
    assert.equal(told.code, 0, told.err)
    assert.match(told.err, /1 machine destroyed/)
    assert.deepEqual(await namesLeft(bed), ['database', 'mf-alive', 'mf-else', 'mf-kept'])
    await bed.person.type(['sweep', '--provider-only', '--destroy', '--all', '--yes'])
    assert.deepEqual(await namesLeft(bed), ['database', 'mf-else', 'mf-kept'])
  })

  test('at a terminal it offers to destroy what is past its expiry', async t => {
    const bed = await aBed(t)
    await fourDroplets(bed)
    await bed.person.type(['sweep', '--provider-only'], { answers: ['n'] })
    assert.ok((await namesLeft(bed)).includes('mf-expired'))
    const told = await bed.person.type(['sweep', '--provider-only'], { answers: ['y'] })
    assert.match(told.err, /Destroy 1 machine\?/)
    assert.ok(!(await namesLeft(bed)).includes('mf-expired'))
  })

  test('takes what is named, kept or not, but nothing that is not ours', async t => {
    const bed = await aBed(t)
    const { kept, foreign, other } = await fourDroplets(bed)
    const sweep = (...words: string[]) => bed.person.type(['sweep', ...words, '--provider-only', '--destroy', '--yes'])
    for (const stranger of [String(foreign), 'database', String(other), 'mf-else', 'mf-nobody'])
      assert.equal((await sweep(String(kept), stranger)).code, 1, stranger)
    assert.equal((await namesLeft(bed)).length, 5)
    assert.equal((await sweep(String(kept))).code, 3, 'another one is past its expiry still')
    assert.ok(!(await namesLeft(bed)).includes('mf-kept'))
  })

  test('keeps to one installation when one is named', async t => {
    const bed = await aBed(t)
    await bed.cloud.born({ name: 'mf-mine', tags: ['mf', 'mf-env-mine', bed.expiry(-hour)] })
    await bed.cloud.born({ name: 'mf-theirs', tags: ['mf', 'mf-env-theirs', bed.expiry(-hour)] })
    const flags = ['--provider-only', '--installation', 'MINE', '--destroy', '--yes']
    assert.equal((await bed.person.type(['sweep', ...flags])).code, 0)
    assert.deepEqual(await namesLeft(bed), ['mf-theirs'])
  })

  test('without a token, or with one that is refused, it ends with status 4 and says why, and never says the token', async t => {
    const bed = await aBed(t)
    bed.person.environment['MICROFETCH_DIGITALOCEAN_TOKEN'] = ''
    const none = await bed.person.type(['sweep', '--provider-only'])
    assert.deepEqual([none.code, /there is no API token/.test(none.err)], [4, true])
    bed.person.environment['MICROFETCH_DIGITALOCEAN_TOKEN'] = 'dop_v1_wrong'
    const wrong = await bed.person.type(['sweep', '--provider-only'])
    assert.equal(wrong.code, 4)
    assert.doesNotMatch(wrong.err, /dop_v1_wrong/)
  })
})
