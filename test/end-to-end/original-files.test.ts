import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { pauseTaxon } from '../../src/api/taxa.ts'
import { listWorkers } from '../../src/api/workers.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { ledgerColumns } from '../../src/core/read-ledger-csv.ts'
import { installationFor, type InstallationUnderTest } from './installation-under-test.ts'
import { day, startWorld, type RehearsedWorld } from './rehearsed-world.ts'
import { cellsOf, csvLines, deliveriesAtHome, needs, runsAt, statesOfRuns, taxonIn, workBegun } from './what-stands.ts'

const sonnei = 624
const flexneri = 623
let world: RehearsedWorld
before(async () => {
  world = await startWorld({
    taxa: [
      { id: sonnei, name: 'Shigella sonnei' },
      { id: flexneri, name: 'Shigella flexneri' },
    ],
  })
})
after(() => world.stop())

/** Types `microfetch …` against the daemon; fails when the verb does. */
async function type(at: InstallationUnderTest, ...argv: string[]): Promise<void> {
  let said = ''
  const screen = () => new Writable({ write: (chunk: Buffer, _encoding, done) => ((said += chunk.toString()), done()) })
  const code = await runCli({
    argv: [...argv, '--server', at.daemon.url],
    streams: { input: Readable.from([]), output: screen(), messages: screen() },
    environment: { MICROFETCH_HOME: at.home },
    workingFolder: at.home,
    interrupted: new AbortController().signal,
    clock: world.clock,
  })
  assert.equal(code, 0, said)
}

/** What `microfetch.csv` says of a taxon: word, stage, and the addresses of its machines. */
function standing(at: InstallationUnderTest, taxId: number): string[] | undefined {
  return cellsOf(at, taxId, 'last_run_status', 'stage_name', 'droplet_ips')
}

const isAt = (at: InstallationUnderTest, stage: string) => async () => standing(at, sonnei)?.[1] === stage

test("microfetch.csv follows a taxon through its life in the original's columns and words", async t => {
  const at = await installationFor(t, world)
  const [run = ''] = await world.addRuns(sonnei, 1)
  await at.add([sonnei], { settings: { priority: '4' } })
  await at.client.ask(pauseTaxon, { params: { taxId: sonnei }, body: { paused: true } })
  await at.daemon.heartbeatOnce()
  assert.equal(readFileSync(join(at.home, 'microfetch.csv'), 'utf8').split('\n')[0], ledgerColumns.join(','))
  assert.deepEqual(standing(at, sonnei), ['', 'new', ''])
  assert.deepEqual(cellsOf(at, sonnei, 'last_checked', 'priority'), ['', '4'])

  at.hold(run)
  await at.client.ask(pauseTaxon, { params: { taxId: sonnei }, body: { paused: false } })
  await at.workUntil('it is worked on', isAt(at, 'work'))
  const [address] = (await at.client.ask(listWorkers, {})).rows.map(worker => worker.address)
  assert.deepEqual(standing(at, sonnei), ['in progress', 'work', address])
  assert.match(String(cellsOf(at, sonnei, 'last_checked')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)

  const obstacle = join(at.library, 'runs', run.slice(0, 6), run)
  mkdirSync(dirname(obstacle), { recursive: true })
  writeFileSync(obstacle, 'in the way of the results')
  at.letGo(run)
  await at.workUntil('it waits to be collected', isAt(at, 'collect'))
  assert.deepEqual(standing(at, sonnei), ['ready', 'collect', address])
  const [, line = ''] = readFileSync(join(at.home, 'ENA_accession_numbers', `${sonnei}.csv`), 'utf8').split('\n')
  assert.ok(line.startsWith(`${run},false,${address},`), line)

  rmSync(obstacle)
  await world.pass(60)
  await at.settle()
  assert.deepEqual(standing(at, sonnei), ['complete', 'complete', ''])
  const metadata = csvLines(join(at.home, 'ENA_metadata', `${sonnei}.csv`))
  assert.deepEqual(
    metadata.map(row => [row['run_accession'], row['tax_id']]),
    [[run, String(sonnei)]],
  )
  assert.match(readFileSync(join(at.home, 'logs', `${sonnei}.log`), 'utf8'), /check=full outcome=good rows=1 new=1/)
})

test('whoever reads the files at any moment reads them whole', async t => {
  const at = await installationFor(t, world, { policy: { batch_runs: 2 } })
  const runs = await world.addRuns(flexneri, 6)
  await at.add([sonnei, flexneri])
  await at.daemon.heartbeatOnce()
  const torn: string[] = []
  const read = (name: string, columns: number) => {
    const text = readFileSync(join(at.home, name), 'utf8')
    const isWhole = text.endsWith('\n') && csvLines(join(at.home, name)).every(line => Object.keys(line).length === columns)
    if (!isWhole) torn.push(`${name}: ${text}`)
  }
  let reads = 0
  const reader = setInterval(() => {
    reads += 1
    read('microfetch.csv', ledgerColumns.length)
    read(`ENA_accession_numbers/${flexneri}.csv`, 6)
  }, 1)
  t.after(() => clearInterval(reader))
  await at.settle()
  clearInterval(reader)
  assert.ok(reads > 2, `the files were read ${reads} times`)
  assert.deepEqual(torn, [])
  assert.deepEqual(await runsAt(at, flexneri, 'delivered'), runs)
  const left = ['', 'ENA_metadata', 'ENA_accession_numbers'].flatMap(folder => readdirSync(join(at.home, folder)))
  assert.deepEqual(
    left.filter(name => name.endsWith('.part')),
    [],
  )
})

test("an existing microfetch.csv is taken over, with the original's own spelling of a column", async t => {
  const at = await installationFor(t, world)
  const today = world.clock().toISOString().slice(0, 10)
  const [before = ''] = await world.addRuns(sonnei, 1, { firstPublic: '2019-05-05', lastUpdated: today })
  const [since = ''] = await world.addRuns(sonnei, 1, { firstPublic: '2021-05-05', lastUpdated: today })
  const csv = join(at.home, 'old.csv')
  const header = 'taxonomy_id,last_checked,droplet_ips,last_run_status,needs_attention,stage,stage_name,priority,generated_waring'
  const lines = [
    header,
    `${sonnei},2020-01-01,,complete,,5,done,2,few reads`,
    `${flexneri},,1.2.3.4,error,droplet did not answer,2,rsync,0,`,
  ]
  writeFileSync(csv, `${lines.join('\n')}\n`)
  await type(at, 'import', csv, '--yes', '--all')
  await at.settle()

  const [first, second] = [await taxonIn(at, sonnei), await taxonIn(at, flexneri)]
  assert.deepEqual([first?.priority, first?.warning, second?.state], [2, 'few reads', 'tracked'])
  const states = await statesOfRuns(at, sonnei)
  assert.deepEqual([states[before], states[since]], ['excluded', 'delivered'], 'it was checked until 2020')
  assert.deepEqual(await needs(at), [`taxon ${flexneri} imported`])
  assert.deepEqual(cellsOf(at, sonnei, 'last_run_status', 'generated_warning'), ['warning', 'few reads'])
  assert.deepEqual(cellsOf(at, flexneri, 'last_run_status', 'needs_attention'), ['error', 'imported'])
})

test('runs that a group holds already are not fetched, until their files change', async t => {
  const at = await installationFor(t, world)
  await world.archive.control.addTaxon({ id: 622, name: 'Shigella dysenteriae' })
  const [held = '', changing = '', other = ''] = await world.addRuns(622, 3)
  const list = join(at.home, 'held.txt')
  writeFileSync(list, `run\n${held}\n${changing}\n`)
  await type(at, 'import', '--held', list, '--yes')
  await at.add([622])
  await at.settle()
  assert.deepEqual(await statesOfRuns(at, 622), { [held]: 'held', [changing]: 'held', [other]: 'delivered' })
  assert.deepEqual(deliveriesAtHome(at, held), [])
  const work = await workBegun(at)
  await world.archive.control.changeFiles(changing)
  await world.pass(day)
  await at.settle()
  assert.deepEqual(await statesOfRuns(at, 622), { [held]: 'held', [changing]: 'delivered', [other]: 'delivered' })
  assert.equal((await workBegun(at)).attempts, work.attempts + 1)
})
