import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive, type ReadAnswer, type TestArchive } from '../open-test-archive.ts'
import type { ArmWish } from '../scenario.ts'
import { searchBodies } from './search-bodies.ts'
import { searchRefusals } from './search-refusals.ts'

type Name = (typeof searchRefusals)[number]['name'] | (typeof searchBodies)[number]['name']

/** What a search of the eleven rows of the small world looks like under a fault. */
interface Expectation {
  wish?: Omit<ArmWish, 'fault'>
  check: (answer: ReadAnswer, archive: TestArchive) => Promise<void> | void
}

const ask = (archive: TestArchive, format: 'json' | 'tsv', more: Record<string, string> = {}): Promise<ReadAnswer> =>
  archive.portal('search', { query: 'tax_tree(2)', fields: 'tax_id,scientific_name', format, limit: '0', ...more })
const rowsOf = (answer: ReadAnswer) => JSON.parse(answer.text) as Record<string, string>[]
const isStatus = (status: number, words: RegExp): Expectation => ({
  check(answer) {
    assert.equal(answer.status, status)
    assert.match(answer.text, words)
  },
})
const isBroken: Expectation['check'] = answer => {
  assert.equal(answer.status, 200)
  assert.match(answer.text, /^\[\n\{"run_accession"/)
  assert.throws(() => rowsOf(answer))
}

const expectations: Record<Name, Expectation> = {
  'search-204-spurious': isStatus(204, /^$/),
  'search-empty-list': isStatus(200, /^\[\]\n$/),
  'search-empty-body': isStatus(200, /^$/),
  'search-400-text': isStatus(400, /^Invalid field/),
  'search-400-message': { check: answer => assert.ok((JSON.parse(answer.text) as { message: string }).message) },
  'search-401': isStatus(401, /invalid/),
  'search-429': { check: answer => assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, null]) },
  'search-429-retry-after': {
    wish: { seconds: 7 },
    check: answer => assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']),
  },
  'search-html-500': isStatus(500, /<html>/),
  'search-html-502': isStatus(502, /<html>/),
  'search-html-503': isStatus(503, /<html>/),
  'search-html-200': isStatus(200, /<html>/),
  'search-reset': { check: answer => assert.match(answer.text, /broke/) },
  'search-stall': { wish: { seconds: 0.01 }, check: answer => assert.equal(rowsOf(answer).length, 11) },
  'search-truncated-json': { check: isBroken },
  'search-truncated-tsv': {
    check(answer) {
      assert.throws(() => rowsOf(answer))
      assert.equal((JSON.parse(`${answer.text}]`) as unknown[]).length, 5)
    },
  },
  'search-connection-cut': { check: answer => assert.match(answer.text, /broke/) },
  'search-stall-midway': { wish: { seconds: 0.01 }, check: answer => assert.equal(rowsOf(answer).length, 11) },
  'search-slow': { wish: { amount: 20_000 }, check: answer => assert.equal(rowsOf(answer).length, 11) },
  'search-short-answer': { check: answer => assert.equal(rowsOf(answer).length, 5) },
  'search-limit-imposed': { wish: { amount: 4 }, check: answer => assert.equal(rowsOf(answer).length, 4) },
  'rows-missing': { wish: { amount: 5 }, check: answer => assert.equal(rowsOf(answer).length, 9) },
  'rows-doubled': {
    check(answer) {
      assert.equal(rowsOf(answer).length, 15)
      assert.equal(new Set(rowsOf(answer).map(row => row['run_accession'])).size, 11)
    },
  },
  'page-repeated': {
    check(answer) {
      assert.equal(rowsOf(answer).length, 11)
      assert.equal(new Set(rowsOf(answer).map(row => row['run_accession'])).size, 6)
    },
  },
  'empty-after-rows': {
    async check(answer, archive) {
      assert.equal(answer.text, '[]\n')
      assert.equal((await archive.portal('count', { query: 'tax_tree(2)' })).text, '0')
      assert.equal((await ask(archive, 'json')).text, '[]\n')
    },
  },
}

for (const { name, does } of [...searchRefusals, ...searchBodies]) {
  test(`${name}: ${does}`, async t => {
    const archive = await openTestArchive(t)
    const { wish, check } = expectations[name]
    await archive.control.arm(name, wish)
    // A reader sees a broken connection as an error; here it becomes an answer, so that it can be expected.
    const broken: ReadAnswer = { status: 0, headers: new Headers(), text: 'the connection broke' }
    await check(await ask(archive, 'json').catch(() => broken), archive)
    assert.ok(((await archive.control.faults())[0]?.struck ?? 0) > 0)
    await archive.control.disarm()
    assert.equal(rowsOf(await ask(archive, 'json')).length, 11)
  })
}

test('a TSV that breaks off between rows cannot be told from a whole one', async t => {
  const archive = await openTestArchive(t)
  await archive.control.arm('search-truncated-tsv')
  const { status, text } = await ask(archive, 'tsv')
  assert.equal(status, 200)
  assert.equal(text.trimEnd().split('\n').length, 6)
  assert.ok(text.endsWith('\n'))
})

test('a page repeated ignores the offset', async t => {
  const archive = await openTestArchive(t)
  await archive.control.arm('page-repeated', { times: 0 })
  const answer = await ask(archive, 'json', { limit: '4', offset: '8' })
  assert.equal(rowsOf(answer).length, 3)
})

test('a stall without end lasts until the reader gives up', async t => {
  const archive = await openTestArchive(t)
  await archive.control.arm('search-stall', { seconds: 0 })
  const reader = new AbortController()
  const asking = fetch(`${archive.url}/ena/portal/api/search?result=read_run`, { signal: reader.signal })
  while ((await archive.control.faults())[0]?.struck === 0) continue
  reader.abort()
  await assert.rejects(asking, { name: 'AbortError' })
  assert.equal((await archive.control.counts()).rowsSent, 0)
})
