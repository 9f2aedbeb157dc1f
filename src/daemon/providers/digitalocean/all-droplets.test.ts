import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allDroplets } from './all-droplets.ts'
import { openCloudUnderTest } from './testing/cloud-under-test.ts'

test('with nothing but the token, every droplet of microfetch is seen, with what its tags say, and can be ended', async t => {
  const under = await openCloudUnderTest()
  t.after(under.close)
  const expiresAt = new Date('2026-08-21T00:00:00Z')
  const mine = await under.made('mf-a', { ...under.newBoot(), attemptId: 'a', expiresAt })
  const other = under.another({ installationId: 'elsewhere' })
  const theirs = await other.create('mf-b', { ...under.newBoot(), attemptId: 'b' })
  assert.ok(theirs.kind === 'created')
  await under.pass(120)
  await under.markKeep(theirs.machine)
  const effects: string[] = []
  const all = allDroplets({ ...under.options, effect: name => void effects.push(name) })
  const seen = (await all.list()).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  assert.deepEqual(
    seen.map(({ name, installationId, attemptId, keep, status, isNamedByUs }) => [
      name,
      installationId,
      attemptId,
      keep,
      status,
      isNamedByUs,
    ]),
    [
      ['mf-a', 'here', 'a', false, 'active', true],
      ['mf-b', 'elsewhere', 'b', true, 'active', true],
    ],
  )
  assert.deepEqual([seen[0]?.id, seen[0]?.expiresAt, seen[0]?.price], [mine.id, expiresAt, mine.price])
  assert.deepEqual(seen[0]?.createdAt, mine.createdAt)
  assert.deepEqual(effects, [])
  for (const { id } of seen) {
    assert.equal(await all.destroy(id), 'going')
    await under.pass(60)
    assert.equal(await all.destroy(id), 'gone')
  }
  assert.equal(under.cloud.world.living().length, 0)
  assert.equal(effects.length, 2)
})

test('a droplet that carries the tag under a name that is none of ours is shown, and never ended', async t => {
  const under = await openCloudUnderTest()
  t.after(under.close)
  const machine = await under.made()
  await under.pass(120)
  const droplet = under.cloud.world.look(Number(machine.id))
  assert.ok(droplet !== undefined)
  Object.assign(droplet, { name: 'web-1' })
  const all = allDroplets(under.options)
  assert.deepEqual(
    (await all.list()).map(({ name, isNamedByUs }) => [name, isNamedByUs]),
    [['web-1', false]],
  )
  await assert.rejects(all.destroy(machine.id), { code: 'refused' })
  assert.equal(under.cloud.world.living().length, 1)
})
