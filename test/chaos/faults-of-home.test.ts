import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { startRehearsal } from '../../src/rehearsal/start-rehearsal.ts'
import { stubSettings } from '../stub-recipe/stub-settings.ts'
import { faultsOf, type ExpectedEnd } from './faults-of-home.ts'
import { forgetInstallation, makeInstallation } from './installation.ts'
import { liveUntilEffect } from './live-until-effect.ts'
import { stubContentFault } from './stub-content-fault.ts'

const taxId = 562
let finished: string
let expected: ExpectedEnd
let run: string

before(async () => {
  const archive = await startRehearsal({
    scenario: {
      taxa: [{ id: taxId, name: 'Escherichia coli', rank: 'species' }],
      runs: [{ taxon: taxId, count: 1, mix: 'plain', content: 'promised' }],
    },
  })
  finished = await makeInstallation(stubSettings(archive), taxId)
  await liveUntilEffect(finished, 0)
  const runs = await archive.control.runs()
  run = runs[0] ?? ''
  expected = { fates: new Map([[run, 'delivered']]), recipe: 'stub', taxId, contentFault: stubContentFault }
  await archive.stop()
})
after(() => forgetInstallation(finished))

/** What is found in a copy of the finished home after this was done to it. */
async function faultsAfter(harm: (home: string) => void): Promise<string> {
  const home = `${finished}-harmed`
  cpSync(finished, home, { recursive: true, verbatimSymlinks: true })
  try {
    harm(home)
    return (await faultsOf(home, expected)).join('\n')
  } finally {
    rmSync(home, { recursive: true })
  }
}

const runFolder = (home: string): string => join(home, 'library', 'runs', run.slice(0, 6), run)

function deliveryFolder(home: string): string {
  const delivery = readdirSync(runFolder(home), { withFileTypes: true }).find(entry => entry.isDirectory())
  return join(runFolder(home), delivery?.name ?? '')
}

function inLedger(statement: string): (home: string) => void {
  return home => {
    const file = new DatabaseSync(join(home, 'ledger.sqlite'))
    file.exec(`pragma foreign_keys = off; ${statement}`)
    file.close()
  }
}

function rewrite(path: string): void {
  rmSync(path)
  writeFileSync(path, `${run} something else\n`)
}

/** Each is done to a home in which everything is right, and what must be found then. */
const harms: [what: string, harm: (home: string) => void, found: RegExp][] = [
  ['a changed file', home => rewrite(join(deliveryFolder(home), 'result.txt')), /what lies in .* is not what its receipt says/],
  ['a file too many', home => appendFileSync(join(deliveryFolder(home), 'more.txt'), ''), /is not what its receipt says/],
  ['a run of another name', home => writeAll(deliveryFolder(home), 'result.txt', 'ERR1 x'), /its result is of another run/],
  [
    'a second delivery',
    home => cpSync(deliveryFolder(home), join(runFolder(home), 'twice'), { recursive: true }),
    /lies 2 times/,
  ],
  ['a run that is gone', home => rmSync(runFolder(home), { recursive: true }), /is not in the library/],
  ['a run nobody wanted', home => mkdirSync(join(runFolder(home), '..', 'ERR999')), /ERR999 lies in the library/],
  ['a lost link', home => rmSync(join(runFolder(home), 'stub')), /the link .*stub does not lead to its delivery/],
  ['a link astray', home => relink(join(home, 'library', 'by-taxon', String(taxId), run)), /the link by-taxon.* does not lead/],
  ['a half-way transfer', home => mkdirSync(join(home, 'library', 'incoming', 'a')), /incoming\/a is left/],
  ['a machine folder', home => mkdirSync(join(home, 'workers', 'mf-a')), /machine folder mf-a is left/],
  ['an attempt folder', home => mkdirSync(join(home, 'attempts', 'a')), /attempt folder a is left/],
  [
    'another fate',
    inLedger("update deliveries set state = 'failed', reason = 'DL_MD5'"),
    /is to be delivered and is failed DL_MD5/,
  ],
  ['a lost receipt', inLedger('delete from receipts'), /is delivered and has 0 receipts/],
  ['a second proof', inLedger(copyOf("events where event = 'prove'", 'id', 'id + 1000')), /was proved 2 times/],
  ['a receipt of a failed run', inLedger("update deliveries set state = 'failed'"), /is failed and has 1 receipts/],
  ['a living worker', inLedger("update workers set state = 'working'"), /worker mf-\w+ is left working/],
  ['an open attempt', inLedger('update attempts set closed_at = null'), /attempt \w+ is left open/],
  ['an open batch', inLedger("update batches set state = 'queued'"), /batch .* is left queued/],
]

/** Copies rows of a table with one column changed. */
function copyOf(rows: string, column: string, value: string): string {
  const [table = ''] = rows.split(' ')
  return `create temp table copied as select * from ${rows}; update copied set ${column} = ${value}; insert into ${table} select * from copied`
}

function writeAll(folder: string, name: string, text: string): void {
  rmSync(join(folder, name))
  writeFileSync(join(folder, name), text)
}

function relink(path: string): void {
  rmSync(path)
  symlinkSync('../..', path)
}

suite('what is wrong with a home', () => {
  test('is nothing when everything came to its end', async () => {
    assert.equal(await faultsAfter(() => undefined), '')
  })

  for (const [what, harm, found] of harms) {
    test(`${what} is found`, async () => assert.match(await faultsAfter(harm), found))
  }

  test('a program that still works in it is found', async () => {
    const program = spawn('sleep', ['60'], { cwd: join(finished, 'workers'), stdio: 'ignore' })
    await new Promise(resolve => program.once('spawn', resolve))
    try {
      assert.match((await faultsOf(finished, expected)).join('\n'), new RegExp(`^program ${program.pid} is left: sleep 60$`))
    } finally {
      program.kill('SIGKILL')
    }
  })
})
