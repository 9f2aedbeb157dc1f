import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { verbGroups } from '../../src/cli/commands/verbs.ts'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { openTerminal, type Terminal } from './door-terminal.ts'

const here = import.meta.dirname
const main = join(here, '../../src/cli/main.ts')

/** Starts the program itself. `until`: SIGINT is sent as soon as it has printed that. */
function start(
  person: Terminal,
  command: readonly string[],
  until?: RegExp,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...command], {
    env: person.environment,
    cwd: person.home,
  })
  let out = ''
  let err = ''
  let told = false
  const hear = () => {
    if (until === undefined || told || !until.test(out + err)) return
    told = true
    child.kill('SIGINT')
  }
  child.stdout.on('data', (piece: Buffer) => {
    out += piece.toString('utf8')
    hear()
  })
  child.stderr.on('data', (piece: Buffer) => {
    err += piece.toString('utf8')
    hear()
  })
  return new Promise(resolve => child.once('close', code => resolve({ code, out, err })))
}

test('the documentation lists exactly the statuses there are', () => {
  const text = readFileSync(join(here, '../../docs/src/exit-codes.md'), 'utf8')
  const rows = [...text.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(row => [row[2], Number(row[1])])
  assert.deepEqual(Object.fromEntries(rows), exitCodes)
})

test('every verb has a test that types it', () => {
  const tests = readdirSync(here, { recursive: true, encoding: 'utf8' }).concat(
    readdirSync(join(here, '../../src/cli/commands')).map(file => `../../src/cli/commands/${file}`),
  )
  const text = tests
    .filter(file => file.endsWith('.test.ts'))
    .map(file => readFileSync(join(here, file), 'utf8'))
    .join('\n')
  const verbs = Object.values(verbGroups)
    .flat()
    .map(verb => /command\(\s*['"](\w+)/.exec(verb.toString())?.[1] ?? '')
  assert.ok(verbs.length > 20)
  for (const verb of verbs) assert.ok(new RegExp(`['"]${verb}['"]`).test(text), `no test types ${verb}`)
})

test('wrong words are a usage error that says what was wrong, on stderr alone', async t => {
  const person = await openTerminal(t)
  for (const command of [['frobnicate'], ['status', '--frob'], ['why'], ['--setting', 'policy.max_workers=many', 'config']]) {
    const told = await person.type(command)
    assert.deepEqual([told.code, told.out], [2, ''], command.join(' '))
    assert.match(told.err, /^microfetch: .+/m)
    assert.doesNotMatch(told.err, /\n {4}at /)
  }
  assert.equal((await person.type([])).code, 2)
  assert.deepEqual(
    [(await person.type(['--help'])).code, (await person.type(['--version'])).code, (await person.type(['help', 'add'])).code],
    [0, 0, 0],
  )
})

test('an error comes with its stack only when that is asked for', async t => {
  const person = await openTerminal(t)
  assert.doesNotMatch((await person.type(['status'])).err, /\n {4}at /)
  assert.match((await person.type(['--debug', 'status'])).err, /\n {4}at /)
  assert.match((await person.type(['status'], { environment: { MICROFETCH_DEBUG: '1' } })).err, /\n {4}at /)
})

test('a daemon that cannot be reached is worth another try later, and one that wants a token is not', async t => {
  const person = await openTerminal(t)
  const gone = await person.type(['--server', 'http://127.0.0.1:9', 'status'])
  assert.equal(gone.code, exitCodes.temporary)
  assert.match(gone.err, /no answer from http:\/\/127\.0\.0\.1:9: is the daemon running there/)
  const server = serve({
    fetch: () => Response.json({ code: 'refused', message: 'a token is asked for here' }, { status: 401 }),
    port: 0,
    hostname: '127.0.0.1',
  })
  t.after(() => server.close())
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const refused = await person.type(['status'], { environment: { MICROFETCH_SERVER_URL: `http://127.0.0.1:${port}` } })
  assert.deepEqual([refused.code, refused.out], [exitCodes.auth, ''])
  assert.equal((await person.type(['--server', 'nonsense', 'status'])).code, exitCodes.usage)
})

test('up until idle ends when nothing is left, tells what was done, and says what failed or waits for a person', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624, { next_check_at: '2999-01-01T00:00:00.000Z' }))
  const idle = await start(person, ['up', '--until-idle', '--json'])
  assert.equal(idle.code, exitCodes.ok, idle.err)
  assert.match(idle.err, /listens at http:\/\/127\.0\.0\.1:\d+/)
  assert.match(idle.err, /Nothing is left to do after/)
  assert.equal((JSON.parse(idle.out) as { timeIsUp: boolean }).timeIsUp, false)
  await person.put(rows => rows.attention())
  assert.equal((await start(person, ['up', '--until-idle'])).code, exitCodes.partial)
  await person.put(rows => rows.attention({ subject: 'installation', subject_id: 'installation', cause: 'library-full' }))
  const full = await start(person, ['--setting', 'policy.library_reserve_bytes=9007199254740991', 'up', '--until-idle'])
  assert.equal(full.code, exitCodes.capReached, full.err)
})

test('up ends when its time is over; Ctrl-C cuts short what should have gone on, and ends in order what has no end', async t => {
  const person = await openTerminal(t)
  // Its check is due and nobody answers: never idle.
  await person.put(rows => rows.taxon(624, { next_check_at: '2026-01-01T00:00:00.000Z' }))
  assert.equal((await start(person, ['up', '--until-idle', '--max-duration', '1s'])).code, exitCodes.timeCap)
  const cut = await start(person, ['up', '--until-idle'], /listens at/)
  assert.deepEqual([cut.code, /microfetch: interrupted/.test(cut.err)], [exitCodes.interrupted, true])
  assert.match(cut.err, /stopped; no worker is alive/)
  const ended = await start(person, ['up'], /listens at/)
  assert.deepEqual([ended.code, /stopped; no worker is alive/.test(ended.err)], [exitCodes.ok, true])
  const over = await start(person, ['up', '--max-duration', '1s'])
  assert.deepEqual([over.code, /INFO the time is over; no worker is alive/.test(over.err)], [exitCodes.timeCap, true])
  assert.equal((await person.type(['up', '--max-duration', 'soon'])).code, exitCodes.usage)
})

test('a log is followed until Ctrl-C, and that is no accident', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  await person.type(['pause', '624'])
  const following = start(person, ['logs', '624', '--follow'], /resumed/)
  await person.type(['resume', '624'])
  const { code, out } = await following
  assert.deepEqual([code, out.trim().split('\n').length], [exitCodes.ok, 2])
})

test('heartbeat lets every stage do its work once and prints what each did', async t => {
  const person = await openTerminal(t, { archive: true })
  await person.put(rows =>
    rows.taxon(624, { next_check_at: '2026-01-01T00:00:00.000Z', last_checked: null, last_full_check: null }),
  )
  const beat = await start(person, ['heartbeat', '--once', '--json'])
  assert.equal(beat.code, exitCodes.ok, beat.err)
  const { stages } = JSON.parse(beat.out) as { stages: { stage: string; planned: number }[] }
  assert.ok((stages.find(({ stage }) => stage === 'discover')?.planned ?? 0) > 0)
  assert.match((await person.type(['runs', '624', '--fields', 'run_accession'])).out, /ERR9100001/)
})

test('a reader that leaves early is no error', async t => {
  const person = await openTerminal(t)
  await person.put(async rows => {
    await rows.taxon(624)
    for (let number = 0; number < 300; number += 1) {
      await rows.run(`ERR${100_000 + number}`)
      await rows.verdict(624, `ERR${100_000 + number}`)
    }
  })
  const command = `"${process.execPath}" --disable-warning=ExperimentalWarning "${main}" runs | head -n 1; test "\${PIPESTATUS[0]}" = 0`
  const child = spawn('bash', ['--norc', '-c', command], { env: person.environment })
  let err = ''
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString('utf8')))
  assert.equal(await new Promise(resolve => child.once('close', resolve)), 0)
  assert.equal(err, '')
})
