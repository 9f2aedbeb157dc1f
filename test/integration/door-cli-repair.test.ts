import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTerminal, type Terminal } from './door-terminal.ts'

async function fill(person: Terminal): Promise<void> {
  await person.put(async rows => {
    await rows.taxon(624, { scientific_name: 'Shigella sonnei' })
    for (const [run, state] of [
      ['ERR000001', 'failed'],
      ['ERR000002', 'failed'],
      ['ERR000003', 'batched'],
      ['ERR000004', 'delivered'],
    ] as const) {
      await rows.run(run)
      await rows.delivery(`d-${run}`, run, { state, reason: state === 'failed' ? 'DL_MD5' : null })
      await rows.verdict(624, run, { delivery_id: `d-${run}` })
    }
    await rows.attention()
  })
}

test('retry names what would be owed, asks, and tells apart all, some and none by its exit status', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const dry = await person.type(['retry', '624', '--dry-run'])
  assert.equal(dry.out, 'run_accession\toutcome\nERR000001\twould be owed again\nERR000002\twould be owed again\n')
  assert.equal((await person.type(['retry', '624'])).code, 2, 'nobody can be asked')
  const some = await person.type(['retry', 'ERR000001', 'ERR000004', 'ERR999999', '--yes'])
  assert.deepEqual([some.code, some.out], [3, 'run_accession\toutcome\nERR000001\towed again\n'])
  assert.match(some.err, /ERR000004: it is delivered; --delivered makes it again/)
  assert.match(some.err, /ERR999999: it was never seen/)
  assert.equal((await person.type(['retry', 'ERR999999', '--yes'])).code, 1)
  const asked = await person.type(['retry', '624'], { answers: ['y'] })
  assert.match(asked.err, /1 run, 100 MB to fetch, about/)
  assert.equal(asked.code, 0)
  assert.match((await person.type(['retry', '624', '--yes'])).err, /nothing to retry/)
  assert.match((await person.type(['retry', 'ERR000004', '--delivered', '--yes'])).out, /ERR000004\towed again/)
  assert.equal((await person.type(['retry', '624', '--failed', '--delivered'])).code, 2)
  assert.equal((await person.type(['retry', '624', 'ERR000001'])).code, 2)
})

test('attention shows cause and evidence, and resolve does exactly what it was told', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const shown = await person.type(['attention'], { answers: [] })
  assert.match(shown.out, /collect-failed.*624 Shigella sonnei[^]*seen {4}seen[^]*tried {3}twice/)
  assert.equal((await person.type(['resolve', '1', 'mend'])).code, 2)
  assert.equal((await person.type(['resolve', '1', 'skip'])).code, 2)
  assert.equal((await person.type(['resolve', '1', 'dismiss', 'ERR000001'])).code, 2)
  assert.equal((await person.type(['resolve', '9', 'dismiss'])).code, 1)
  assert.match((await person.type(['resolve', '1', 'retry', '--dry-run'])).err, /2 runs would be owed again/)
  assert.equal((await person.type(['resolve', '1', 'skip', 'ERR000003'])).code, 2, 'what is lost is not lost unasked')
  const skipped = await person.type(['resolve', '624', 'skip', 'ERR000003', '--taxon', '--yes'])
  assert.match(skipped.err, /Unproved work is lost on 1 run: ERR000003/)
  assert.equal(skipped.out, 'id\toutcome\tcause\n1\tresolved\tcollect-failed\n')
  assert.match((await person.type(['attention'], { answers: [] })).err, /Nothing needs a person/)
  assert.match((await person.type(['attention', '--resolved'])).out, /\tskip\tperson /)
  assert.match((await person.type(['runs', '--state', 'batched', '--fields', 'run_accession'])).out, /ERR000003/)
})
