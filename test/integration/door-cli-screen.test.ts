import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTerminal, type Terminal, type Typed } from './door-terminal.ts'

const name = 'Shigella flexneri serotype 2a'

async function fill(person: Terminal): Promise<void> {
  await person.put(async rows => {
    await rows.taxon(424_720, { scientific_name: name })
    await rows.run('ERR000001')
    const reasons = [{ code: 'META_LAYOUT', detail: 'its files are single (ERR000001.fastq.gz)' }]
    await rows.verdict(424_720, 'ERR000001', { verdict: 'rejected', reasons_json: JSON.stringify(reasons) })
    await rows.attention()
  })
}

/** What stands on a screen, without colours; none of its lines is longer than the screen is wide. */
function linesOf({ out }: Typed, columns: number): string {
  // What was written over before is not there any more.
  const plain = out.replaceAll(/[^\n]*\r\x1b\[2K/g, '').replaceAll(/\x1b\[[0-9;]*m/g, '')
  for (const line of plain.split('\n')) assert.ok(line.length <= columns, line)
  return plain
}

test('data that goes into a file has no colours, though a person sits at the terminal; what is said to them has', async t => {
  const person = await openTerminal(t)
  await fill(person)
  for (const command of [['why', 'ERR000001'], ['attention'], ['status'], ['doctor']]) {
    const told = await person.type(command, { answers: [], toFile: true })
    assert.doesNotMatch(told.out, /\x1b/, command.join(' '))
  }
  assert.match((await person.type(['status'], { answers: [], toFile: true })).err, /\x1b\[33m/)
  assert.match((await person.type(['why', 'ERR000001'], { answers: [] })).out, /\x1b\[1m/)
})

test('status on 80 columns leaves zeros out before it cuts a name', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const narrow = linesOf(await person.type(['status'], { answers: [], columns: 80 }), 80)
  assert.ok(narrow.includes(name), narrow)
  assert.match(narrow, /EXCLUDED/)
  assert.doesNotMatch(narrow, /BATCHED.*WAITING/)
  const wide = linesOf(await person.type(['status'], { answers: [], columns: 160 }), 160)
  assert.match(wide, /WANTED +BATCHED +DELIVERED +FAILED +EXCLUDED +WAITING/)
})

test('runs leave sizes and tax ids out before they cut the words of a reason, and say what is missing', async t => {
  const person = await openTerminal(t)
  await fill(person)
  const told = await person.type(['runs'], { answers: [], columns: 80 })
  assert.match(linesOf(told, 80), /META_LAYOUT +its files are single \(ERR000001\.fastq\.gz\)/)
  assert.match(told.err, /No room here for: .*base_count/)
  assert.doesNotMatch((await person.type(['runs'], { answers: [], columns: 160 })).err, /No room here/)
})

test('whoever adds a taxon sees its whole name and how far back it reaches, on 100 and on 80 columns', async t => {
  const person = await openTerminal(t, { archive: true })
  for (const columns of [100, 80]) {
    const told = await person.type(['add', '623', '666', '--new-only'], { answers: ['n'], columns })
    assert.equal(told.code, 1)
    const table = told.err.split('\n').filter(line => /new +\d|REACH/.test(line))
    const lines = linesOf({ ...told, out: table.join('\n') }, columns)
    assert.match(lines, /Shigella flexneri .*≤ \d+ .*public since \d{4}-\d\d-\d\d$/m)
    assert.match(lines, /IN REACH/)
  }
})
