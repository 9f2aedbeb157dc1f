import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTerminal, type Terminal } from './door-terminal.ts'

async function fill(person: Terminal): Promise<void> {
  await person.put(async rows => {
    await rows.taxon(624, { scientific_name: 'Shigella sonnei' })
    await rows.taxon(623, { scientific_name: 'Shigella flexneri' })
    await rows.run('ERR000001')
    await rows.verdict(624, 'ERR000001', {})
  })
}

interface Told {
  taxa: { taxId: number; changed: boolean }[]
  refused: { asked: string; why: string }[]
}

test('pause, resume and check do what can be done of several taxa, print it, and name the one that cannot', async t => {
  const person = await openTerminal(t)
  await fill(person)
  for (const [verb, word] of [
    ['pause', 'paused'],
    ['resume', 'resumed'],
    ['check', 'check at the next pass'],
  ] as const) {
    const told = await person.type([verb, '62', '624', 'Nosuch', '623'])
    assert.equal(told.code, 3, verb)
    assert.match(told.out, new RegExp(`^624\t${word}\tShigella sonnei\n623\t${word}\tShigella flexneri$`, 'm'))
    assert.match(told.err, /^62: taxon 62 is not tracked/m)
    assert.match(told.err, /^Nosuch: no tracked taxon is called "Nosuch"/m)
  }
})

test('with --json the document holds both what was done and what was refused', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const told = await person.json<Told>(['pause', '624', '62', '--json'])
  assert.deepEqual(
    told.taxa.map(taxon => [taxon.taxId, taxon.changed]),
    [[624, true]],
  )
  assert.deepEqual(
    told.refused.map(taxon => taxon.asked),
    ['62'],
  )
  const whole = await person.json<Told>(['check', '624', '623', '--json'])
  assert.deepEqual([whole.taxa.length, whole.refused], [2, []])
})

test('when none of several could be done the exit status says that it failed, as with one alone', async t => {
  const person = await openTerminal(t)
  await fill(person)
  assert.equal((await person.type(['pause', '62', '63'])).code, 1)
  const alone = await person.type(['pause', '62'])
  assert.deepEqual([alone.code, alone.out], [1, ''])
  assert.match(alone.err, /^microfetch: taxon 62 is not tracked/)
})

test('remove takes the ones that a person agrees to, and tells of the others', async t => {
  const person = await openTerminal(t)
  await fill(person)
  assert.equal((await person.type(['remove', '624', '623'])).code, 2, 'nobody can be asked')
  const told = await person.type(['remove', '62', '624', '623'], { answers: ['n', 'y'] })
  assert.equal(told.code, 3)
  assert.match(told.err, /62: taxon 62 is not tracked/)
  assert.match(told.err, /624: nothing was removed/)
  assert.match(told.out, /623\s+removed\s+Shigella flexneri/)
  assert.doesNotMatch(told.out, /624/)
  const rest = await person.json<{ taxa: { taxId: number }[] }>(['status', '--json'])
  assert.deepEqual(
    rest.taxa.map(taxon => taxon.taxId),
    [624],
  )
})

test('a list of a taxon that nobody tracks is refused, not empty', async t => {
  const person = await openTerminal(t)
  await fill(person)
  for (const command of [
    ['runs', '62'],
    ['runs', '62', '--jsonl'],
    ['batches', '62'],
    ['export', '-', '--taxon', '62'],
  ]) {
    const told = await person.type(command)
    assert.deepEqual([told.code, told.out], [1, ''], command.join(' '))
    assert.match(told.err, /taxon 62 is not tracked/)
  }
  assert.deepEqual([(await person.type(['batches', '623'])).code, (await person.type(['runs', '623'])).code], [0, 0])
})

test('why tells of the runs that it knows, and names those that were never seen', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const told = await person.type(['why', 'ERR999999', 'ERR000001'])
  assert.equal(told.code, 3)
  assert.match(told.out, /^ERR000001\n {2}For 624 Shigella sonnei/)
  assert.match(told.err, /ERR999999 was never seen/)
  const list = await person.json<{ runAccession: string }[]>(['why', 'ERR999999', 'ERR000001', '--json'])
  assert.deepEqual(
    list.map(fate => fate.runAccession),
    ['ERR000001'],
  )
  assert.equal((await person.type(['why', 'ERR999999', 'ERR999998'])).code, 1)
})
