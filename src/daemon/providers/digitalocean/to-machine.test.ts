import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { dropletSchema } from './answer-schemas.ts'
import { isDropletName, readMarks, tagsOf } from './droplet-marks.ts'
import { parsePrice } from './parse-price.ts'
import { aDroplet } from './testing/scripted-api.ts'
import { toMachine } from './to-machine.ts'

const machineOf = (changes: Record<string, unknown>, kind: 'public' | 'private' = 'public') =>
  toMachine(v.parse(dropletSchema, aDroplet(7, changes)), kind)

test('a droplet is a machine with a decimal id, its attempt, and the exact price of its own size', () => {
  assert.deepEqual(machineOf({}), {
    id: '7',
    name: 'mf-d7',
    attemptId: 'd7',
    status: 'active',
    address: '192.241.165.7',
    createdAt: new Date('2026-08-20T11:58:00Z'),
    keep: false,
    price: { microdollarsPerHour: 8930, minimumSeconds: 60, minimumMicrodollars: 10_000 },
  })
})

describe('the address', () => {
  const inside = { ip_address: '10.0.0.5', gateway: 'nil', type: 'private' }
  const outside = { ip_address: '203.0.113.9', gateway: '203.0.113.1', type: 'public' }

  test('is chosen by its type, wherever it stands', () => {
    for (const v4 of [
      [inside, outside],
      [outside, inside],
    ]) {
      assert.equal(machineOf({ networks: { v4 } }).address, '203.0.113.9')
      assert.equal(machineOf({ networks: { v4 } }, 'private').address, '10.0.0.5')
    }
  })

  test('is not there yet while the droplet has none of that type, active or not', () => {
    for (const networks of [{ v4: [inside], v6: [] }, { v4: [], v6: [] }, {}])
      assert.equal(machineOf({ networks }).address, undefined)
  })
})

test('off and archive are off, new is new, and a word that nobody knows is not believed to be the end', () => {
  const statuses = ['new', 'active', 'off', 'archive', 'hibernating'].map(status => machineOf({ status }).status)
  assert.deepEqual(statuses, ['new', 'active', 'off', 'off', 'active'])
})

test('tags are read back as they were written, and a person may add the one that keeps', () => {
  const expiresAt = new Date('2026-08-21T00:00:00Z')
  const tags = tagsOf('here', 'd7', expiresAt)
  assert.deepEqual(readMarks(tags), { isMicrofetch: true, installationId: 'here', attemptId: 'd7', expiresAt, keep: false })
  assert.equal(readMarks([...tags, 'MF-Keep']).keep, true)
  for (const tag of tags) assert.match(tag, /^[a-zA-Z0-9_:-]{1,255}$/)
  const none = { isMicrofetch: false, installationId: undefined, attemptId: undefined, expiresAt: undefined, keep: false }
  assert.deepEqual(readMarks(['web', 'mf-env-', 'mf-exp:soon']), none)
})

test('only names that we give are names of ours', () => {
  for (const good of ['mf-a', 'mf-0k3x9', `mf-${'a'.repeat(60)}`]) assert.ok(isDropletName(good), good)
  for (const bad of ['mf-', 'mf-a-', 'MF-a', 'mf-a.b', 'xmf-a', 'mf-a\n', `mf-${'a'.repeat(61)}`])
    assert.ok(!isDropletName(bad), bad)
})

test('prices lose the dust of binary fractions, of 32 bits too, and nothing else', () => {
  for (const hundredThousandths of [595, 744, 893, 1786, 2679, 3571, 6250, 7143, 19494, 37500, 100000, 339000]) {
    const dollars = hundredThousandths / 100_000
    const exactly = hundredThousandths * 10
    assert.equal(parsePrice(dollars).microdollarsPerHour, exactly)
    assert.equal(parsePrice(Math.fround(dollars)).microdollarsPerHour, exactly)
  }
})
