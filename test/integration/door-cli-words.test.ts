import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openTerminal, type Terminal } from './door-terminal.ts'

/** The lines of a taxon's log, without instants and numbers. */
async function logOf(person: Terminal, taxId: number): Promise<string[]> {
  const { out } = await person.type(['logs', String(taxId)])
  const told = out.trim().split('\n')
  return told.map(line => line.replace(/^\S+Z INFO \d+ person \S+ /, '').replace(/ event=\d+$/, ''))
}

test('each line of a log says what was asked for, to its end', async t => {
  const person = await openTerminal(t, { archive: true })
  await person.type(['add', '624', '--all', '--yes'])
  await person.type(['check', '624'])
  await person.type(['check', '624', '--full'])
  await person.type(['pause', '624'])
  await person.type(['resume', '624'])
  await person.type(['remove', '624', '--yes'])
  await person.type(['add', '624', '--priority', '3', '--yes'])
  assert.deepEqual(await logOf(person, 624), [
    'added with reach: every run',
    'asked for a check',
    'asked for a full check',
    'paused',
    'resumed',
    'removed',
    'revived with the reach it had',
    'set priority: 3',
  ])
})

test('a dry run, a refused add and a no leave nothing behind; a yes makes the ledger', async t => {
  const person = await openTerminal(t, { archive: true })
  const ledger = join(person.home, 'ledger.sqlite')
  writeFileSync(join(person.home, 'old.csv'), 'taxonomy_id\n624\n')
  assert.equal((await person.type(['add', '624', '--dry-run'])).code, 0)
  assert.equal((await person.type(['add', '77', '--yes'])).code, 1)
  assert.equal((await person.type(['add', '624'])).code, 2)
  assert.equal((await person.type(['add', '624'], { answers: ['all', 'n'] })).code, 1)
  assert.equal((await person.type(['import', 'old.csv', '--dry-run'])).code, 0)
  assert.equal(existsSync(ledger), false)
  assert.equal((await person.type(['add', '624'], { answers: ['all', 'y'] })).code, 0)
  assert.equal(existsSync(ledger), true)
  assert.match((await person.type(['status', '--fields', 'tax_id'])).out, /^624$/m)
  const other = await openTerminal(t, { archive: true })
  writeFileSync(join(other.home, 'old.csv'), 'taxonomy_id\n624\n')
  assert.equal((await other.type(['import', 'old.csv', '--yes'])).code, 0)
  assert.match((await other.type(['status', '--fields', 'tax_id'])).out, /^624$/m)
})

test('what is tracked already is told as it is, and who says yes beforehand reads the sum once', async t => {
  const person = await openTerminal(t, { archive: true })
  writeFileSync(join(person.home, 'old.csv'), 'taxonomy_id\n666\n')
  for (const command of [
    ['add', '624', '--yes'],
    ['import', 'old.csv', '--yes'],
  ]) {
    const first = await person.type(command)
    assert.equal(first.err.match(/1 new\./g)?.length, 1, first.err)
    assert.doesNotMatch(first.err, /Would be/)
    const again = await person.type(command)
    assert.deepEqual([again.code, again.err.match(/1 tracked already\./g)?.length], [0, 1], again.err)
    assert.doesNotMatch(again.err, /Would be/)
    assert.equal((await person.json<{ dryRun: boolean }>([...command, '--json'])).dryRun, false)
  }
  assert.equal((await person.json<{ dryRun: boolean }>(['add', '624', '--dry-run', '--json'])).dryRun, true)
  assert.equal((await person.type(['import', 'old.csv'])).code, 0, 'nothing to take over: nobody need be asked')
})

test('a priority has the bounds of set, and a wrong one is told before the archive is asked', async t => {
  const person = await openTerminal(t)
  for (const wrong of ['5000', '-1001', 'high']) {
    const told = await person.type(['add', '624', `--priority=${wrong}`, '--dry-run'])
    assert.deepEqual([told.code, told.out], [2, ''])
    assert.match(told.err, new RegExp(`^microfetch: --priority ${wrong}: wanted is a whole number from -1000 to 1000$`, 'm'))
  }
})

test('a file that is something else is wrong usage, and the fault names the file', async t => {
  const person = await openTerminal(t)
  writeFileSync(join(person.home, 'else.csv'), 'run,md5\nERR1,x\n')
  writeFileSync(join(person.home, 'bad.csv'), 'taxonomy_id\nbanana\n')
  const told = await person.type(['import', 'else.csv', '--yes'])
  assert.deepEqual([told.code, told.out], [2, ''])
  assert.match(told.err, /^microfetch: else\.csv is no microfetch\.csv: line 1 has no column taxonomy_id$/m)
  assert.equal((await person.type(['import', 'bad.csv', '--yes'])).code, 2, 'no line of it could be taken')
  assert.equal((await person.type(['import', '--held', '-', '--yes'], { input: 'banana\n' })).code, 2)
  assert.equal((await person.type(['import', '--held', '-'], { input: 'ERR000001\nbanana\n' })).code, 2, 'nobody was asked')
  assert.equal((await person.type(['import', '--held', '-', '--yes'], { input: 'ERR000001\nbanana\n' })).code, 3)
})

test('a run that is held and was never seen is told without an empty word', async t => {
  const person = await openTerminal(t)
  await person.type(['import', '--held', '-', '--yes'], { input: 'ERR999999\n' })
  const { out } = await person.type(['why', 'ERR999999'])
  assert.match(out, /it was at home before microfetch tracked it, as a person said; no check has seen it in the archive\./)
  assert.match(out, /whatever the recipe: held {2}wanted \S+, changed \S+, no revision known yet\n/)
})

test('export names the folder that is not there, and never a file of its own', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  const told = await person.type(['export', 'nowhere/status.tsv'])
  assert.equal(told.code, 1)
  assert.equal(told.err, `microfetch: ${join(person.home, 'nowhere')}: there is no such file or folder\n`)
  const folder = await person.type(['export', '--force', '.'])
  assert.deepEqual([folder.code, /\.new/.test(folder.err)], [1, false], folder.err)
})

test('help of a command that does not exist is wrong usage, and names the nearest', async t => {
  const person = await openTerminal(t)
  const near = await person.type(['help', 'stats'])
  assert.deepEqual([near.code, near.out, near.err], [2, '', 'microfetch: there is no command stats; did you mean status?\n'])
  assert.match((await person.type(['help', 'frobnicate'])).err, /there is no command frobnicate; microfetch help lists them all/)
  assert.match((await person.type(['help'])).out, /Keep safe:/)
  assert.match((await person.type(['help', 'add'])).out, /^Usage: microfetch add/)
})

test('a backup of a ledger that a newer version wrote names that ledger', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  const file = join(person.home, 'ledger.sqlite')
  const db = new DatabaseSync(file)
  db.exec(`insert into migrations (number, applied_at) values (999, 'later')`)
  db.close()
  const told = await person.type(['backup'])
  assert.equal(told.code, 1)
  assert.ok(told.err.startsWith(`microfetch: ${file} has schema 999, this microfetch knows `), told.err)
})

test('doctor counts one taxon as one', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  const { out } = await person.type(['doctor'], { environment: { PATH: '/nowhere' } })
  assert.match(out, /^ok\tledger\tit is whole: 1 taxon, 0 runs\t$/m)
})

test('piped hours have two places, and the sentence about --json names the verbs without', async t => {
  const person = await openTerminal(t, { archive: true })
  const { out } = await person.type(['add', '666', '624', '--max-runs', '1', '--dry-run'])
  const [header = [], ...rows] = out
    .trim()
    .split('\n')
    .map(line => line.split('\t'))
  assert.deepEqual(
    rows.map(row => row[header.indexOf('hours')]),
    ['0.17', '0.17'],
  )
  const without = []
  for (const verb of (await person.type(['help'])).out.matchAll(/^ {2}(\w+)(?: \S+)* {2,}\S/gm)) {
    const { out: help } = await person.type(['help', verb[1] ?? ''])
    if (!help.includes('--json')) without.push(verb[1])
  }
  assert.deepEqual(without, ['init', 'export', 'help'])
  assert.match(readFileSync(join(import.meta.dirname, '../../docs/src/json.md'), 'utf8'), /`init` and `export` write a file/)
})
