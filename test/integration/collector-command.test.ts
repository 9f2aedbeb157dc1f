import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serve } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { InstallationUnderTest } from '../end-to-end/installation-under-test.ts'
import { startWorld } from '../end-to-end/rehearsed-world.ts'
import { stubRecipe } from '../stub-recipe/stub-settings.ts'
import { CollectorWorld, tokens } from './collector-world.ts'
import { openTerminal } from './door-terminal.ts'

const environment = { MICROFETCH_COLLECTOR_TOKEN: tokens.collector }

/** The door of a daemon without a loop on loopback. */
async function served(t: { after(act: () => Promise<void>): void }): Promise<{ world: CollectorWorld; url: string }> {
  const world = await CollectorWorld.open()
  world.woken = () => void world.stages()
  const server = serve({ fetch: request => world.app.fetch(request), port: 0, hostname: '127.0.0.1' })
  if (!server.listening) await new Promise(resolve => server.once('listening', resolve))
  t.after(async () => {
    server.close()
    await world.close()
  })
  return { world, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('a daemon, machines and the command on another library: taxa to library, and every machine is gone', async t => {
  const world = await startWorld({ taxa: [{ id: 624, name: 'Shigella sonnei' }] })
  const at = new InstallationUnderTest(world)
  t.after(async () => {
    await at.close()
    await world.stop()
  })
  const hash = createHash('sha256').update(tokens.collector).digest('hex')
  const section = [...stubRecipe(), '[collector]', 'name = "remote"', `token_hash = "${hash}"`]
  const runs = await world.addRuns(624, 3)
  await at.open({ recipe: { name: 'stub', section } })
  await at.add([624])
  const person = await openTerminal(t)
  const ended = new AbortController()
  const working = at.daemon.runForever(ended.signal)
  const command = [
    '--server',
    at.daemon.url,
    'collect',
    '--library',
    join(person.home, 'results'),
    '--every',
    '1s',
    '--json',
    '--local-machines',
  ]
  const collecting = person.type(command, { environment, interrupted: ended.signal })
  const isDone = async (): Promise<boolean> => {
    const left = await at.ledger.selectFrom('deliveries').select('id').where('state', '<>', 'delivered').execute()
    const alive = await at.ledger.selectFrom('workers').select('name').where('state', '<>', 'destroyed').execute()
    const all = await at.ledger.selectFrom('deliveries').select('id').execute()
    return all.length === runs.length && left.length === 0 && alive.length === 0
  }
  for (let look = 0; look < 600 && !(await isDone()); look += 1) await new Promise(resolve => setTimeout(resolve, 200))
  assert.equal(await isDone(), true)
  ended.abort()
  await working
  const { code, out, err } = await collecting
  assert.equal(code, 0, err)
  const said = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { msg: string; run?: string })
  assert.deepEqual(
    said
      .filter(({ msg }) => msg === 'at home')
      .map(({ run }) => run)
      .sort(),
    runs,
  )
  assert.deepEqual(readdirSync(join(person.home, 'results', 'by-taxon', '624')).sort(), runs)
  assert.equal(existsSync(at.library), false, 'the daemon keeps no library of its own')
  assert.match(err, /An ssh key was made for it[^]*public_key = "ssh-ed25519 /)
})

test('without work it ends at once; what went wrong is told by its exit status', async t => {
  const { world, url } = await served(t)
  const person = await openTerminal(t)
  const collect = (given: readonly string[], around: Record<string, string> = environment) =>
    person.type(['collect', '--once', '--local-machines', '--library', world.machines.library, ...given], { environment: around })
  assert.equal((await collect(['--server', url])).code, 0)
  assert.equal((await collect([])).code, 2)
  assert.equal((await collect(['--server', url], {})).code, 4)
  assert.equal(
    (await collect(['--server', url], { MICROFETCH_COLLECTOR_TOKEN: 'of sixteen letters or more'.replaceAll(' ', '-') })).code,
    4,
  )
  assert.equal((await collect(['--server', 'http://127.0.0.1:9'])).code, 5)
  assert.equal((await collect(['--server', url, '--identity', '/nowhere/key'])).code, 2)
  const place = await world.finished('ERR1000001')
  writeFileSync(world.machines.onMachine(place, 'a/contigs.fasta', 'ERR1000001'), '>ERR1000001\nTTTT\n')
  const failed = await collect(['--server', url])
  assert.equal(failed.code, 3, failed.err)
  assert.match(failed.err, /WARN not brought home run=ERR1000001 /)
  const held = await world.program()
  const second = await collect(['--server', url])
  assert.deepEqual([second.code, /another collector works on the library/.test(second.err)], [1, true])
  held.close()
})

test('settings of its section hold for the program, and its token may lie in a file', async t => {
  const { world, url } = await served(t)
  await world.finished('ERR1000001')
  const person = await openTerminal(t)
  mkdirSync(join(person.home, 'host'))
  writeFileSync(
    join(person.home, 'host', 'microfetch.toml'),
    '[collector]\nfile_mode = "440"\n[policy]\nlibrary_reserve_bytes = 1000\n',
  )
  writeFileSync(join(person.home, 'token'), `${tokens.collector}\n`)
  const library = join(person.home, 'results')
  const command = [
    '--home',
    join(person.home, 'host'),
    '--server',
    url,
    'collect',
    '--once',
    '--library',
    library,
    '--token-file',
    'token',
    '--local-machines',
  ]
  const done = await person.type(command)
  assert.equal(done.code, 0, done.err)
  const [stored] = readdirSync(join(library, 'runs/ERR100/ERR1000001')).filter(name => name.startsWith('d-'))
  const file = join(library, 'runs/ERR100/ERR1000001', stored ?? '', 'a/contigs.fasta')
  assert.equal(readFileSync(file, 'utf8'), '>ERR1000001\nACGT\n')
  assert.equal(statSync(file).mode & 0o777, 0o440)
})
