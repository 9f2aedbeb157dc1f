import assert from 'node:assert/strict'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verbGroups } from '../../src/cli/commands/verbs.ts'
import { openTerminal } from './door-terminal.ts'

const nowhere = 'http://127.0.0.1:9'

test('verbs that work on a home refuse a server, and say that they would not speak to it', async t => {
  const person = await openTerminal(t)
  const verbs = ['backup', 'restore x', 'up', 'heartbeat --once', 'demo', 'doctor', 'init', 'config']
  const known = Object.values(verbGroups).flat().map(String).join('\n')
  for (const words of verbs) {
    const [verb = ''] = words.split(' ')
    assert.match(known, new RegExp(`command\\(\\s*'${verb}\\b`))
    const told = await person.type(['--server', nowhere, ...words.split(' ')])
    assert.deepEqual([told.code, told.out], [2, ''], verb)
    assert.match(told.err, new RegExp(`--server ${nowhere}: ${verb} works on a home, not on a server`))
  }
  assert.deepEqual(readdirSync(person.home), [])
})

test('a server that the environment names is refused where a ledger would be copied or replaced, and there alone', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  const environment = { MICROFETCH_SERVER_URL: nowhere }
  for (const command of [['backup'], ['restore', 'x', '--yes']]) {
    const told = await person.type(command, { environment })
    assert.equal(told.code, 2)
    assert.match(told.err, /MICROFETCH_SERVER_URL is http:\/\/127\.0\.0\.1:9, and \w+ works on a home, not on a server/)
  }
  assert.equal(existsSync(join(person.home, 'backups')), false)
  assert.equal((await person.type(['config'], { environment })).code, 0)
})

test('a heartbeat whose checks came to nothing says so, counts them, and ends as one with failures', async t => {
  const person = await openTerminal(t)
  await person.put(async rows => {
    await rows.taxon(624, { next_check_at: '2026-01-01T00:00:00.000Z' })
    await rows.taxon(666, { next_check_at: '2026-01-01T00:00:00.000Z' })
  })
  const told = await person.type(['heartbeat', '--once', '--json'])
  assert.equal(told.code, 3, told.err)
  const { stages } = JSON.parse(told.out) as { stages: { stage: string; planned: number; failed: number }[] }
  const discover = stages.find(({ stage }) => stage === 'discover')
  assert.deepEqual([discover?.planned, discover?.failed], [2, 2], 'the first one does not keep the second from its check')
  assert.match(told.err, /discover: the check of 624 came to nothing: .*nothing listens there/)
  const quiet = await person.type(['heartbeat', '--once'])
  assert.equal(quiet.code, 0, 'their next time has not come yet')
})

test('a ledger that is none is no fault of ours: it is named, with what to do', async t => {
  const person = await openTerminal(t)
  writeFileSync(join(person.home, 'ledger.sqlite'), 'this is my thesis, in which there are no tables at all')
  for (const command of [['status'], ['why', 'ERR000001'], ['up', '--until-idle']]) {
    const told = await person.type(command)
    assert.deepEqual([told.code, told.out], [1, ''])
    assert.match(told.err, /ledger\.sqlite is not a ledger: it is no SQLite file; lay it aside, or .*microfetch restore/)
    assert.doesNotMatch(told.err, /fault of microfetch itself/)
  }
})

test('restore looks before it asks, says what the backup holds, and with --dry-run does nothing else', async t => {
  const person = await openTerminal(t)
  await person.put(async rows => {
    await rows.taxon(624)
    await rows.run('ERR000001')
  })
  assert.equal((await person.type(['backup', 'saved'])).code, 0)
  const before = readdirSync(person.home).sort()
  const dry = await person.json<{ taxa: number; runs: number; madeAt: string }>(['restore', 'saved', '--dry-run', '--json'])
  assert.deepEqual([dry.taxa, dry.runs, new Date(dry.madeAt).toISOString()], [1, 1, dry.madeAt])
  const shown = await person.type(['restore', 'saved', '-n'])
  assert.equal(shown.out.split('\n')[0], 'made_at\ttaxa\truns\treceipts\tschema\tepoch\tledger_file')
  const unasked = await person.type(['restore', 'saved'])
  assert.equal(unasked.code, 2)
  assert.match(unasked.err, /\(1 taxon, 1 run, made on 20\d\d-\S+Z\).*--dry-run/)
  const declined = await person.type(['restore', 'saved'], { answers: ['n'] })
  assert.equal(declined.code, 1)
  assert.match(declined.err, /nothing was restored/)
  assert.deepEqual(readdirSync(person.home).sort(), before)
})

test('what is no backup is wrong usage, whatever is wrong with it, and nothing is asked', async t => {
  const person = await openTerminal(t)
  writeFileSync(join(person.home, 'junk'), 'this is my thesis, in which there are no tables at all')
  for (const [source, words] of [
    ['missing', /there is no backup .*missing/],
    ['junk', /junk is not a ledger: it is no SQLite file/],
    ['.', /is not a backup: there is no ledger\.sqlite in it/],
  ] as const) {
    for (const more of [[], ['--yes'], ['--dry-run']]) {
      const told = await person.type(['restore', source, ...more])
      assert.deepEqual([told.code, told.out], [2, ''], source)
      assert.match(told.err, words)
      assert.doesNotMatch(told.err, /Put the ledger/)
    }
  }
})

test('a home that cannot be made is told at once', { skip: process.platform !== 'linux' }, async t => {
  const person = await openTerminal(t)
  for (const command of [['init'], ['heartbeat', '--once'], ['up', '--until-idle']]) {
    const told = await person.type(['--home', '/proc/mf-home', ...command])
    assert.deepEqual([told.code, told.out], [1, ''])
    assert.match(told.err, /\/proc\/mf-home\S* cannot be made: \/proc takes no folders here/)
  }
  assert.match((await person.type(['demo', '/proc/mf-home'])).err, /\/proc takes no folders here/)
})
