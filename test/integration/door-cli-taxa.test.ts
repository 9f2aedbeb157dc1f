import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTerminal } from './door-terminal.ts'

interface AddedJson {
  taxa: { asked: string; outcome: string; taxId: number; reach: string; runsWithinReach: number | null }[]
  dryRun: boolean
}

test('add takes ids and names from arguments, from a file and from stdin, and passes over blank and # lines', async t => {
  const person = await openTerminal(t, { archive: true })
  writeFileSync(join(person.home, 'taxa.txt'), '# mine\n\n624\n  Vibrio cholerae  \n')
  const fromFile = await person.json<AddedJson>(['add', '--file', 'taxa.txt', '--dry-run', '--json'])
  assert.deepEqual(
    fromFile.taxa.map(taxon => [taxon.asked, taxon.outcome, taxon.taxId]),
    [
      ['624', 'new', 624],
      ['Vibrio cholerae', 'new', 666],
    ],
  )
  const fromInput = await person.json<AddedJson>(['add', '623', '-', '--dry-run', '--json'], { input: '620\n' })
  assert.deepEqual(
    fromInput.taxa.map(taxon => taxon.taxId),
    [623, 620],
  )
  assert.equal((await person.type(['add', '-', '--yes'], { input: '# nothing\n' })).code, 2)
  assert.match((await person.type(['add', '--file', 'gone.txt'])).err, /microfetch: gone\.txt cannot be read/)
})

test('add in a script asks for --yes, names --dry-run, and says loudly that the past is left out', async t => {
  const person = await openTerminal(t, { archive: true })
  const refused = await person.type(['add', '624'])
  assert.equal(refused.code, 2)
  assert.equal(refused.out, '')
  assert.match(refused.err, /--yes.*--dry-run/)
  const added = await person.type(['add', '624', '--yes'])
  assert.equal(added.code, 0)
  assert.match(added.out.split('\n')[1] ?? '', /^624\tnew\t624\tShigella sonnei\t/)
  assert.match(added.err, /The past is left out/)
  const all = await person.type(['add', '666', '--all', '--yes'])
  assert.doesNotMatch(all.err, /The past is left out/)
  assert.match(all.err, /At most 2 runs of the past within reach, about 20 min/)
})

test('add tells refused, unknown and double ones, and its exit status says whether all, some or none was taken', async t => {
  const person = await openTerminal(t, { archive: true })
  const some = await person.type(['add', '624', 'Shigella sonnei', '77', '424718', '--yes'])
  assert.equal(some.code, 3)
  assert.match(some.err, /77: refused: the taxonomy does not know it/)
  assert.match(some.err, /424718 was merged into 623 Shigella flexneri/)
  assert.deepEqual(
    some.out
      .trim()
      .split('\n')
      .map(line => line.split('\t')[1]),
    ['outcome', 'new', 'twice', 'unknown', 'merged'],
  )
  assert.equal((await person.type(['add', '77', '--yes'])).code, 1)
  assert.equal((await person.type(['add', '624', '--yes'])).code, 0, 'what is tracked already is no fault')
  assert.equal((await person.type(['add', '624', '--all', '--new-only'])).code, 2)
  assert.equal((await person.type(['add', '624', '--from', '2026-02-30'])).code, 2)
  assert.equal((await person.type(['add', '624', '--max-runs', 'x'])).code, 2)
  assert.equal((await person.type(['add', '620', '--recipe', 'nothing', '--dry-run'])).code, 2)
})

test('at a terminal add shows the amounts, asks how much of the past, and does nothing when the answer is no', async t => {
  const person = await openTerminal(t, { archive: true })
  const declined = await person.type(['add', '624'], { answers: ['2', 'n'] })
  assert.equal(declined.code, 1)
  assert.match(declined.err, /IN ARCHIVE/)
  assert.match(declined.err, /the newest 2/)
  assert.match(declined.err, /nothing was added/)
  const agreed = await person.type(['add', '624'], { answers: ['all', 'yes'] })
  assert.equal(agreed.code, 0)
  const { reach } = await person.json<{ reach: string }>(['set', '624', '--json'])
  assert.equal(reach, 'every run')
})

test('set shows what is in force, takes KEY=VALUE, gives it back, and names the nearest key for a wrong one', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624, { scientific_name: 'Shigella sonnei' }))
  const shown = await person.type(['set', 'shigella sonnei'])
  assert.match(shown.out, /^filters\.min_depth\t20\tdefault$/m)
  const dry = await person.type(['set', '624', 'filters.min_depth=5', '--dry-run'])
  assert.deepEqual([dry.out, dry.code], ['key\tbefore\tafter\nfilters.min_depth\t20\t5\n', 0])
  assert.match(dry.err, /dry run/)
  assert.equal((await person.type(['set', '624', 'filters.min_depth=5', 'priority=3'])).code, 0)
  assert.match((await person.type(['set', '624'])).out, /^filters\.min_depth\t5\ttaxon$/m)
  assert.match((await person.type(['set', '624', 'filters.min_depth='])).out, /^filters\.min_depth\t5\t20$/m)
  const wrong = await person.type(['set', '624', 'filters.min_dept=5'])
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /did you mean filters\.min_depth/)
  assert.equal((await person.type(['set', '624', 'nonsense'])).code, 2)
  assert.equal((await person.type(['set', 'Salmonella'])).code, 1)
})

test('pause, resume and check say what they did, and what stands in the way', async t => {
  const person = await openTerminal(t)
  await person.put(rows => rows.taxon(624))
  assert.match((await person.type(['pause', '624'])).out, /^tax_id\toutcome\tscientific_name\n624\tpaused\t/)
  assert.match((await person.type(['pause', '624'])).out, /^624\twas paused already\t/m)
  assert.match((await person.type(['check', '624', '--full'])).err, /it is paused; the check waits for that/)
  const checkedToo = await person.json<{ taxa: { taxId: number; held: string }[] }>(['check', '624', '--json'])
  assert.deepEqual(
    checkedToo.taxa.map(taxon => [taxon.taxId, taxon.held]),
    [[624, 'it is paused']],
  )
  assert.match((await person.type(['resume', '624'])).out, /^624\tresumed\t/m)
  const checked = await person.type(['check', '624'])
  assert.match(checked.out, /^624\tcheck at the next pass\t/m)
  assert.match(checked.err, /heartbeat --once/)
  assert.equal((await person.type(['pause', '7'])).code, 1)
})

test('remove says what would be lost before it asks, and removes only when told to', async t => {
  const person = await openTerminal(t)
  await person.put(async rows => {
    await rows.taxon(624, { scientific_name: 'Shigella sonnei' })
    await rows.run('ERR000001')
    await rows.batch('b1')
    await rows.delivery('d1', 'ERR000001', { state: 'batched', batch_id: 'b1' })
    await rows.verdict(624, 'ERR000001', { delivery_id: 'd1' })
  })
  const dry = await person.type(['remove', '624', '--cancel', '--dry-run'])
  assert.match(dry.err, /batches ended: shigella-b1[^]*work lost on 1 run: ERR000001/)
  assert.match(dry.out, /would be removed/)
  assert.equal((await person.type(['remove', '624'])).code, 2, 'nobody can be asked')
  assert.match((await person.type(['remove', '624'], { answers: ['n'] })).err, /nothing was removed/)
  const removed = await person.json<{ removed: { taxId: number; batched: number }[] }>(['remove', '624', '--yes', '--json'])
  assert.deepEqual(
    removed.removed.map(taxon => [taxon.taxId, taxon.batched]),
    [[624, 1]],
  )
  assert.doesNotMatch((await person.type(['status'])).out, /624/)
  assert.match((await person.type(['status', '--removed'])).out, /624/)
})

test('import takes over a microfetch.csv: each taxon from its last check on, its priority, and what needed a person', async t => {
  const person = await openTerminal(t, { archive: true })
  const header =
    'taxonomy_id,last_checked,droplet_ips,last_run_status,needs_attention,stage,stage_name,priority,generated_waring\n'
  writeFileSync(
    join(person.home, 'old.csv'),
    `${header}624,2026-01-05,,complete,,,,3,\n666,,,error,disk full,,,0,\nbanana,,,,,,,,\n`,
  )
  const told = await person.type(['import', 'old.csv', '--yes', '--json'])
  assert.equal(told.code, 3)
  assert.match(told.err, /line 4: "banana" is not a tax id; passed over/)
  const { taxa } = JSON.parse(told.out) as AddedJson
  assert.deepEqual(
    taxa.map(taxon => [taxon.taxId, taxon.reach.slice(0, 23)]),
    [
      [624, 'public since 2026-01-05'],
      [666, `public since ${new Date().toISOString().slice(0, 10)}`],
    ],
  )
  assert.match((await person.type(['attention'])).out, /666\tVibrio cholerae\timported\tdisk full/)
  assert.equal((await person.json<{ priority: number }>(['set', '624', '--json'])).priority, 3)
})

test('import --held counts runs as delivered, and says which lines are none', async t => {
  const person = await openTerminal(t)
  const typing = { input: 'ERR000001\n# mine\nERR000002 good\nbanana\n' }
  assert.match(
    (await person.type(['import', '--held', '-', '--dry-run'], typing)).out,
    /^runs\toutcome\n2\twould count as held\n$/,
  )
  const told = await person.type(['import', '--held', '-', '--yes', '--json'], typing)
  assert.equal(told.code, 3)
  const { added, known, badLines } = JSON.parse(told.out) as { added: number; known: number; badLines: { line: number }[] }
  assert.deepEqual([added, known, badLines.map(bad => bad.line)], [2, 0, [4]])
  assert.match((await person.type(['import', '--held', '-', '--yes'], typing)).out, /2\twere at home or held already/)
  assert.equal((await person.type(['import'])).code, 2)
})
