import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { attentionRow, resolveAttention } from '../../src/api/attention.ts'
import { batchRow } from '../../src/api/batches.ts'
import { workPlan } from '../../src/api/plan.ts'
import { runFate } from '../../src/api/run-fate.ts'
import { retryRuns, runRow } from '../../src/api/runs.ts'
import { installationStatus } from '../../src/api/status.ts'
import { logLine, taxonDetail, taxonRow } from '../../src/api/taxa.ts'
import { workerRow } from '../../src/api/workers.ts'
import { openTerminal, type Terminal } from './door-terminal.ts'

const escapes = '\x1b[31m'

/** A home in which one run was delivered, one failed, one is excluded, one is skipped, and a worker works on one. */
async function fill(person: Terminal): Promise<void> {
  await person.put(async rows => {
    await rows.taxon(624, { scientific_name: 'Shigella sonnei' })
    await rows.batch('b1')
    await rows.attempt('a1', 'b1', { last_beat_at: '2026-03-10T12:00:00.000Z' })
    await rows.worker('a1')
    const cells = { delivered: 'ERR000001', failed: 'ERR000002', batched: 'ERR000003' } as const
    for (const [state, run] of Object.entries(cells)) {
      await rows.run(run)
      const given = {
        state: state as 'failed',
        reason: state === 'failed' ? 'DL_MD5' : null,
        detail: state === 'failed' ? `file=x ${escapes}red` : '',
      }
      await rows.delivery(`d-${run}`, run, { ...given, batch_id: state === 'batched' ? 'b1' : null })
      await rows.verdict(624, run, { delivery_id: `d-${run}` })
      await rows.attemptRun('a1', run, { outcome: state === 'failed' ? 'failed' : 'none', reason: given.reason })
    }
    await rows.receipt('r1', 'd-ERR000001', 'ERR000001')
    await rows.run('ERR000004')
    const reasons = [{ code: 'META_LAYOUT', detail: 'its files are single' }]
    await rows.verdict(624, 'ERR000004', { verdict: 'rejected', reasons_json: JSON.stringify(reasons) })
    await rows.run('ERR000005')
    await rows.verdict(624, 'ERR000005', { skip: 'bad reads' })
    await rows.attention()
  })
}

/** The keys of a document are those of its schema, neither fewer nor more, all the way down. */
function assertShape(value: unknown, schema: unknown, place = 'the document'): void {
  const { type, entries, item, wrapped } = schema as { type: string; entries?: object; item?: unknown; wrapped?: unknown }
  if (wrapped !== undefined) {
    if (value !== null && value !== undefined) assertShape(value, wrapped, place)
  } else if (item !== undefined) {
    assert.ok(Array.isArray(value), place)
    for (const [index, part] of value.entries()) assertShape(part, item, `${place}[${index}]`)
  } else if (type === 'object' && entries !== undefined) {
    assert.deepEqual(Object.keys(value as object).sort(), Object.keys(entries).sort(), place)
    for (const [key, inner] of Object.entries(entries))
      assertShape((value as Record<string, unknown>)[key], inner, `${place}.${key}`)
  }
}

test('what comes out with --json has exactly the keys that the documentation is made from', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const status = await person.json<{ installation: unknown; taxa: unknown[] }>(['status', '--json'])
  assertShape(status.installation, installationStatus)
  assertShape(status.taxa, { type: 'array', item: taxonRow })
  const lists = { runs: runRow, batches: batchRow, workers: workerRow, attention: attentionRow }
  for (const [verb, row] of Object.entries(lists)) {
    const told = await person.json<Record<string, unknown[]>>([verb, '--json'])
    assert.deepEqual(Object.keys(told), [verb])
    assert.ok((told[verb] ?? []).length > 0, verb)
    assertShape(told[verb], { type: 'array', item: row }, verb)
  }
  assertShape(await person.json(['why', 'ERR000001', '--json']), runFate)
  assertShape(await person.json(['plan', '--json']), workPlan)
  assertShape(await person.json(['set', '624', '--json']), taxonDetail)
  const { dryRun, ...retried } = await person.json<{ dryRun: boolean }>(['retry', 'ERR000002', '--dry-run', '--json'])
  assertShape(retried, retryRuns.reply)
  const resolved = await person.json<{ dryRun: boolean }>(['resolve', '1', 'dismiss', '--dry-run', '--json'])
  assertShape({ ...resolved, dryRun: undefined }, { type: 'object', entries: { ...resolveAttention.reply.entries, dryRun: {} } })
  assert.equal(dryRun, true)
  await person.type(['pause', '624'])
  assertShape(JSON.parse((await person.type(['logs', '624', '--json'])).out.split('\n')[0] ?? ''), logLine)
})

test('piped, a list is tab separated, whole, and without colour; at a terminal it is a table that fits', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const piped = (await person.type(['runs'])).out
    .trim()
    .split('\n')
    .map(line => line.split('\t'))
  assert.ok(piped.every(cells => cells.length === piped[0]?.length))
  assert.deepEqual(piped[0]?.slice(0, 5), ['run_accession', 'tax_id', 'scientific_name', 'state', 'reason'])
  assert.deepEqual(
    piped.map(cells => cells[3]),
    ['state', 'delivered', 'failed', 'batched', 'excluded', 'skipped'],
  )
  const table = await person.type(['runs'], { answers: [] })
  assert.match(table.out, /RUN ACCESSION/)
  const plain = table.out.replaceAll(/\x1b\[[0-9;]*m/g, '')
  assert.ok(
    plain.split('\n').every(line => line.length <= 120),
    plain,
  )
  assert.ok(!plain.includes('\x1b'), 'what a machine wrote does not steer the terminal')
  assert.match(table.err, /5 runs/)
})

test('fields are chosen by either spelling, and a wrong one is refused with the right ones', async t => {
  const person = await openTerminal(t)
  await fill(person)
  assert.equal(
    (await person.type(['runs', '--state', 'failed', '--fields', 'run_accession,reason'])).out,
    'run_accession\treason\nERR000002\tDL_MD5\n',
  )
  assert.equal(
    (await person.type(['runs', '--reason', 'META_LAYOUT', '--jsonl', '--fields', 'runAccession'])).out,
    '{"runAccession":"ERR000004"}\n',
  )
  const wrong = await person.type(['runs', '--fields', 'nope'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /run_accession, tax_id/)
  assert.equal((await person.type(['runs', '--json', '--jsonl'])).code, 2)
  assert.equal((await person.type(['runs', '--state', 'nope'])).code, 2)
})

test('colours come only where a person wants them', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const coloured = async (command: string[], typing: object) => /\x1b\[\d/.test((await person.type(command, typing)).out)
  assert.equal(await coloured(['attention'], { answers: [] }), true)
  assert.equal(await coloured(['attention', '--no-color'], { answers: [] }), false)
  assert.equal(await coloured(['attention'], { answers: [], environment: { NO_COLOR: '1' } }), false)
  assert.equal(await coloured(['attention'], { answers: [], environment: { CLICOLOR: '0' } }), false)
  assert.equal(await coloured(['why', 'ERR000001'], {}), false)
  assert.equal(await coloured(['why', 'ERR000001'], { environment: { CLICOLOR_FORCE: '1' } }), true)
})

test('status counts the runs of each taxon and says what a person could do next', async t => {
  const person = await openTerminal(t)
  assert.match((await person.type(['status'])).err, /begin with "microfetch add"/)
  await fill(person)
  const told = await person.type(['status', '--fields', 'tax_id,status,delivered,failed,excluded,skipped'])
  assert.equal(told.out, 'tax_id\tstatus\tdelivered\tfailed\texcluded\tskipped\n624\terror\t1\t1\t1\t1\n')
  assert.match((await person.type(['status'])).err, /1 matter for a person: microfetch attention/)
})

test('why tells the fate of runs, and of what was never seen that it was not', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const told = await person.type(['why', 'ERR000001', 'err000002'])
  assert.match(told.out, /ERR000001\n {2}For 624 Shigella sonnei: it is delivered: .*library\/runs\/ERR000\/ERR000001/)
  assert.match(told.out, /ERR000002\n {2}For 624.*DL_MD5: .*microfetch retry ERR000002/)
  assert.match(told.out, /made with skesa 2\.4\.0/)
  assert.ok(!told.out.includes('\x1b'))
  assert.equal((await person.type(['why', 'banana'])).code, 2)
  assert.equal((await person.type(['why', 'ERR999999'])).code, 1)
})

test('plan, batches, workers and logs tell what goes on, and what to look at when nothing does', async t => {
  const person = await openTerminal(t)
  await fill(person)
  assert.match((await person.type(['plan'])).err, /1 batch not finished/)
  assert.match((await person.type(['batches', '--state', 'open', '--fields', 'name,runs'])).out, /shigella-b1\t3/)
  assert.match((await person.type(['batches', '--state', 'failed'], { answers: [] })).err, /microfetch plan/)
  assert.match((await person.type(['workers', '--fields', 'name,state'])).out, /mf-a1\tworking/)
  await person.type(['pause', '624'])
  await person.type(['resume', '624'])
  assert.match((await person.type(['logs', '624', '-n', '1'])).out, /^\S+Z INFO 624 person \S+ resumed event=\d+\n$/)
  assert.equal((await person.type(['logs', '624', '-n', '0'])).code, 2)
})

test('export writes every fate into one file, whole, and never over another unless told to', async t => {
  const person = await openTerminal(t)
  await fill(person)
  assert.match((await person.type(['export', 'status.tsv'])).out, /status\.tsv$/m)
  const lines = readFileSync(join(person.home, 'status.tsv'), 'utf8').trim().split('\n')
  assert.deepEqual(
    [lines.length, lines[0]?.split('\t')[0], lines[2]?.split('\t').slice(0, 5)],
    [6, 'run_accession', ['ERR000002', '624', 'Shigella sonnei', 'failed', 'DL_MD5']],
  )
  writeFileSync(join(person.home, 'status.tsv'), 'mine')
  assert.equal((await person.type(['export', 'status.tsv'])).code, 1)
  assert.equal(readFileSync(join(person.home, 'status.tsv'), 'utf8'), 'mine')
  assert.equal((await person.type(['export', 'status.tsv', '--force', '--taxon', '624'])).code, 0)
  assert.equal((await person.type(['export', '-'])).out, readFileSync(join(person.home, 'status.tsv'), 'utf8'))
})
