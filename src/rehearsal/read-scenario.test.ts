import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readArguments } from './arguments.ts'
import { checkScenario, readScenario } from './read-scenario.ts'

test('a scenario is refused with the place of what is wrong', () => {
  const refuse = (scenario: unknown, reason: RegExp) => assert.throws(() => checkScenario(JSON.stringify(scenario)), reason)
  refuse([], /a list of taxa/)
  refuse({ taxa: [], planets: [] }, /no "planets"/)
  refuse({ taxa: [{ id: 'x', name: 'X' }] }, /needs an id and a name/)
  refuse({ taxa: [], runs: [{ taxon: 5, library: { shape: 'round' } }] }, /no file shape is called round/)
  refuse({ taxa: [], runs: [{ taxon: 5, count: 0 }] }, /above 0/)
  refuse({ taxa: [], runs: [{ taxon: 5, accession: 'X1' }] }, /no run accession/)
  assert.deepEqual(checkScenario('{"taxa":[]}'), { taxa: [] })
})

test('built-in scenarios go by their name, and one may come as a line', async () => {
  const none = () => Promise.reject(new Error('not asked for'))
  assert.equal((await readScenario('demo', none)).taxa.length, 6)
  assert.equal(
    (await readScenario('million', none)).runs?.reduce((sum, group) => sum + (group.count ?? 1), 0),
    1_000_000,
  )
  assert.deepEqual(await readScenario('-', () => Promise.resolve('{"taxa":[{"id":5,"name":"Five"}]}')), {
    taxa: [{ id: 5, name: 'Five' }],
  })
})

test('the command line is understood, and refused with a reason when it cannot be', () => {
  const given = readArguments([
    '--port',
    '8080',
    '--seed',
    '9',
    '--reads-dir',
    'reads',
    '--taxon',
    '622',
    '--name',
    'Shigella',
    '--keep',
  ])
  assert.deepEqual([given.port, given.seed, given.keeps], [8080, 9, true])
  assert.deepEqual(given.readsFolders, [{ dir: 'reads', taxon: 622, name: 'Shigella' }])
  assert.throws(() => readArguments(['--port', 'any']), /--port takes a whole number/)
  assert.throws(() => readArguments(['--reads-dir', 'reads']), /needs its --taxon/)
  assert.throws(() => readArguments(['--nonsense']), /nonsense/)
})
