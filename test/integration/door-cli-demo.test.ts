import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isAlive } from '../../src/daemon/providers/local/testing/local-machines.ts'
import { demoRuns } from '../../src/rehearsal/scenarios/demo.ts'
import { openTerminal, type Terminal } from './door-terminal.ts'

const nextflow = join(import.meta.dirname, '../stub-recipe/nextflow.ts')
const tools = ['skesa', 'fastp', 'aria2c']

/** A PATH with every program of this computer, but of the pipeline's tools only those that are named: they are never started here. */
function pathWith(t: TestContext, present: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-path-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const from of (process.env['PATH'] ?? '').split(':').filter(part => existsSync(part))) {
    for (const name of readdirSync(from))
      if (!tools.includes(name) && !existsSync(join(folder, name))) linkTo(join(from, name), join(folder, name))
  }
  for (const name of present) writeFileSync(join(folder, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  return folder
}

function linkTo(target: string, path: string): void {
  try {
    symlinkSync(target, path)
  } catch (error) {
    // A link there that leads nowhere.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** The demonstration with a Nextflow that only pretends: what is shown here is the verb, not the pipeline. */
function demo(person: Terminal, path: string, more: readonly string[] = []) {
  const environment = {
    PATH: path,
    MICROFETCH_NEXTFLOW_COMMAND: `${process.execPath} ${nextflow}`,
    MICROFETCH_ENA_PORTAL_URL: 'http://127.0.0.1:9/nobody',
  }
  return person.type(['demo', 'shown', ...more], { environment })
}

test('the demo works through its runs, shows the fate of each, and ends with the library and what to try next', async t => {
  const person = await openTerminal(t)
  const told = await demo(person, pathWith(t, tools), ['--json'])
  assert.equal(told.code, 0, told.err)
  const { runs } = JSON.parse(told.out) as {
    runs: { runAccession: string; state: string; reason: string; path: string; recipe: string }[]
  }
  const fates = new Map(runs.map(run => [run.runAccession, run]))
  assert.equal(fates.get(demoRuns.waiting)?.state, 'waiting')
  assert.deepEqual(
    [fates.get(demoRuns.tooShallow)?.state, fates.get(demoRuns.tooShallow)?.reason],
    ['excluded', 'META_BASES_LOW'],
  )
  const orphan = fates.get(demoRuns.orphanFirst)
  assert.deepEqual([orphan?.state, orphan?.recipe], ['delivered', 'assemble'])
  const library = join(person.home, 'shown', 'library')
  assert.ok(existsSync(join(library, orphan?.path ?? 'nowhere', 'result.txt')))
  assert.match(told.err, new RegExp(`the library is ${library}`))
  assert.match(told.err, /To try next:\n {2}\S*microfetch --home \S+shown why ERR/)
  assert.match(told.err, /1\. .*[^]*2\. .*[^]*3\. .*[^]*4\. /)
  // Its settings stay with it, so that its invented runs are never taken to the real archive.
  assert.match(readFileSync(join(person.home, 'shown', 'microfetch.toml'), 'utf8'), /portal_url = "http:\/\/127\.0\.0\.1:\d+/)
})

test('where the assembler is missing the demo says so, says how to get it, and fetches the reads alone', async t => {
  const person = await openTerminal(t)
  const told = await demo(person, pathWith(t, ['aria2c']), ['--json'])
  assert.equal(told.code, 0, told.err)
  assert.match(told.err, /No assembly here: the recipe "assemble" does not find fastp, skesa/)
  assert.match(told.err, /apt-get install fastp skesa/)
  assert.match(told.out, /"state":"delivered".*"recipe":"fetch"/)
})

test('the demo refuses a folder that is not its own, and says what it needs where it cannot work at all', async t => {
  const person = await openTerminal(t)
  const nothing = await demo(person, pathWith(t, []))
  assert.equal(nothing.code, 1)
  assert.match(nothing.err, /cannot fetch.*aria2c/)
  mkdirSync(join(person.home, 'mine'))
  writeFileSync(join(person.home, 'mine', 'thesis.txt'), 'precious')
  const refused = await person.type(['demo', 'mine'])
  assert.equal(refused.code, 1)
  assert.match(refused.err, /is not empty/)
})

/** A Nextflow that never ends; it writes its pid into `file` when it begins. */
function endlessNextflow(person: Terminal, file: string): string {
  const program = join(person.home, 'endless-nextflow.sh')
  writeFileSync(program, `#!/bin/sh\nsleep 1000 &\necho "$$ $!" > "${file}.$$" && mv "${file}.$$" "${file}"\nwait\n`, {
    mode: 0o755,
  })
  return program
}

test('a demo that is interrupted ends its workers with all that they run, and says so', async t => {
  const person = await openTerminal(t)
  const pids = join(person.home, 'pids')
  const interruption = new AbortController()
  const watching = setInterval(() => existsSync(pids) && interruption.abort(), 20)
  t.after(() => clearInterval(watching))
  const environment = { PATH: pathWith(t, tools), MICROFETCH_NEXTFLOW_COMMAND: endlessNextflow(person, pids) }
  const told = await person.type(['demo', 'shown'], { environment, interrupted: interruption.signal })
  assert.equal(told.code, 130, told.err)
  assert.match(told.err, /Ending the demo and its workers/)
  assert.match(told.err, /\d workers? of the demo ended, with all that ran there/)
  const left = readFileSync(pids, 'utf8').trim().split(' ').map(Number)
  assert.deepEqual([left.length, await Promise.all(left.map(isAlive))], [2, [false, false]])
  assert.deepEqual(
    readdirSync(join(person.home, 'shown', 'workers')).filter(name => name.startsWith('mf-')),
    [],
  )
})
