import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestArchive, smallWorld } from '../open-test-archive.ts'

const encoded = { 'content-type': 'application/x-www-form-urlencoded' }

test('a TSV has one header line, the accession first, and cells as they are', async t => {
  const archive = await openTestArchive(t)
  const { status, headers, text } = await archive.portal('search', { query: 'tax_eq(666)', fields: 'tax_id,scientific_name' })
  assert.equal(status, 200)
  assert.equal(headers.get('content-type'), 'text/plain')
  const [head, ...rows] = text.trimEnd().split('\n')
  assert.equal(head, 'run_accession\ttax_id\tscientific_name')
  assert.equal(rows.length, 2)
  for (const row of rows) assert.match(row, /^ERR\d+\t666\tVibrio cholerae$/)
})

test('JSON is one flat object a line, every value a string, and ends with a bracket and a line end', async t => {
  const archive = await openTestArchive(t)
  const { headers, text } = await archive.portal('search', { query: 'tax_eq(666)', fields: 'all', format: 'json' })
  assert.equal(headers.get('content-type'), 'application/json')
  assert.match(text, /^\[\n\{"run_accession":"ERR\d+",/)
  assert.match(text, /\}\n\]\n$/)
  assert.equal(text.split('\n').length, 5)
  for (const row of JSON.parse(text) as Record<string, unknown>[]) {
    assert.equal(Object.keys(row).length, 190)
    for (const value of Object.values(row)) assert.equal(typeof value, 'string')
  }
})

test('answers carry the headers that the portal sends and no others that a client might lean on', async t => {
  const archive = await openTestArchive(t)
  const { headers } = await archive.portal('search', { query: 'tax_eq(666)' })
  assert.equal(headers.get('cache-control'), 'no-cache, no-store, max-age=0, must-revalidate')
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('date'), 'Thu, 20 Aug 2026 12:00:00 GMT')
  for (const name of ['etag', 'last-modified', 'retry-after']) assert.equal(headers.get(name), null)
})

test('without columns a row is its accession and a description', async t => {
  const archive = await openTestArchive(t)
  const { text } = await archive.portal('search', { query: 'tax_eq(666)' })
  assert.match(text, /^run_accession\tdescription\nERR\d+\tIllumina NovaSeq 6000 paired end sequencing; /)
})

test('a subtree holds what its taxa hold; a taxon alone holds its own', async t => {
  const archive = await openTestArchive(t)
  assert.equal((await archive.rows('tax_tree(620)')).length, 9)
  assert.equal((await archive.rows('tax_eq(620)')).length, 0)
  assert.equal((await archive.rows('tax_tree(2)')).length, 11)
  assert.equal((await archive.rows('tax_name("Shigella sonnei")')).length, 6)
  assert.equal((await archive.rows('tax_tree(620) AND NOT tax_eq(624)')).length, 3)
})

test('a query and a form may be mixed, and the form may hold all of it', async t => {
  const archive = await openTestArchive(t)
  const whole = new URLSearchParams({ result: 'read_run', query: 'tax_eq(666)', format: 'json' })
  const byForm = await archive.get('/ena/portal/api/search', { method: 'POST', headers: encoded, body: whole.toString() })
  assert.equal((JSON.parse(byForm.text) as unknown[]).length, 2)
  const [one, two] = await archive.rows('tax_eq(624)')
  const body = `includeAccessions=${one?.['run_accession']},${two?.['run_accession']}`
  const mixed = await archive.get('/ena/portal/api/search?result=read_run&format=json', {
    method: 'POST',
    headers: encoded,
    body,
  })
  assert.equal((JSON.parse(mixed.text) as unknown[]).length, 2)
})

test('the versioned path and a trailing slash lead to the same door; a doubled slash leads nowhere', async t => {
  const archive = await openTestArchive(t)
  assert.equal((await archive.portal('v2.0/search', { query: 'tax_eq(666)' })).status, 200)
  assert.equal((await archive.portal('search/', { query: 'tax_eq(666)' })).status, 200)
  assert.equal((await archive.get('/ena/portal//api/search?result=read_run')).status, 404)
})

test('more rows than the default limit come only with a limit of 0', async t => {
  const archive = await openTestArchive(t, { ...smallWorld, limits: { defaultRows: 4, maxOffset: 8 } })
  const rows = async (given: Record<string, string>) => {
    const { text } = await archive.portal('search', { query: 'tax_tree(2)', format: 'json', ...given })
    return (JSON.parse(text) as unknown[]).length
  }
  assert.equal(await rows({}), 4)
  assert.equal(await rows({ limit: '' }), 4)
  assert.equal(await rows({ limit: '0' }), 11)
  assert.equal(await rows({ limit: '7' }), 7)
  assert.equal(await rows({ limit: '7', offset: '8' }), 3)
  assert.equal((await archive.portal('search', { query: 'tax_tree(2)', offset: '9' })).status, 400)
})

test('rows come in another order each time', async t => {
  const archive = await openTestArchive(t)
  const orders = new Set<string>()
  for (let times = 0; times < 6; times++)
    orders.add((await archive.portal('search', { query: 'tax_tree(2)', fields: 'run_accession' })).text)
  assert.ok(orders.size > 1)
  const sorted = await archive.portal('search', { query: 'tax_tree(2)', fields: 'run_accession', sortFields: 'run_accession' })
  const rows = sorted.text.trimEnd().split('\n').slice(1)
  assert.deepEqual(rows, [...rows].sort())
})

test('a wrong column, query, result, format or number is 400 with a message that names it', async t => {
  const archive = await openTestArchive(t)
  const wrong: [Record<string, string>, RegExp][] = [
    [{ fields: 'run_accession,nonsense' }, /nonsense/],
    [{ query: 'nonsense=1' }, /nonsense/],
    [{ query: 'tax_tree(' }, /query/],
    [{ result: 'nonsense' }, /nonsense/],
    [{ format: 'xml' }, /xml/],
    [{ limit: 'ten' }, /limit/],
    [{ includeAccessions: 'ERR1', includeAccessionType: 'nonsense' }, /nonsense/],
  ]
  for (const [given, reason] of wrong) {
    const { status, text } = await archive.portal('search', given)
    assert.equal(status, 400, JSON.stringify(given))
    assert.match((JSON.parse(text) as { message: string }).message, reason)
  }
  assert.equal((await archive.get('/ena/portal/api/search')).status, 400)
})

test('lists of accessions name rows by run, sample or study, add to a query, and take away from it', async t => {
  const archive = await openTestArchive(t)
  const [row] = await archive.rows('tax_eq(666)', 'sample_accession,study_accession,secondary_study_accession')
  assert.ok(row)
  const rows = async (given: Record<string, string>) => {
    const { text } = await archive.portal('search', { format: 'json', ...given })
    return (JSON.parse(text) as unknown[]).length
  }
  assert.equal(await rows({ includeAccessions: row['run_accession'] ?? '', includeAccessionType: 'run' }), 1)
  assert.equal(await rows({ includeAccessions: row['sample_accession'] ?? '', includeAccessionType: 'sample' }), 1)
  assert.equal(await rows({ includeAccessions: row['study_accession'] ?? '' }), 2)
  assert.equal(await rows({ includeAccessions: row['secondary_study_accession'] ?? '' }), 0)
  assert.equal(await rows({ query: 'tax_eq(624)', includeAccessions: row['run_accession'] ?? '' }), 7)
  assert.equal(
    await rows({ query: 'tax_tree(2)', excludeAccessions: row['study_accession'] ?? '', excludeAccessionType: 'study' }),
    9,
  )
})

test('an accession asked for in the wrong column finds nothing, without complaint', async t => {
  const archive = await openTestArchive(t)
  const [row] = await archive.rows('tax_eq(666)', 'study_accession,secondary_study_accession')
  const found = await archive.rows(`study_accession="${row?.['study_accession']}"`)
  assert.equal(found.length, 2)
  const { status, text } = await archive.portal('search', {
    query: `study_accession="${row?.['secondary_study_accession']}"`,
    fields: 'tax_id',
  })
  assert.deepEqual([status, text], [200, 'run_accession\ttax_id\n'])
  assert.deepEqual(await archive.rows('study_accession="PRJEB1"'), [])
})

test('a naked quotation mark in an address is 400', async t => {
  const archive = await openTestArchive(t)
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const { hostname, port } = new URL(archive.url)
    const asking = request({ hostname, port, path: '/ena/portal/api/search?result=read_run&query="tax_eq(666)"' }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asking.once('error', reject)
    asking.end()
  })
  assert.equal(status, 400)
})

test('more requests in a second than the limit are too many', async t => {
  const archive = await openTestArchive(t, { ...smallWorld, limits: { requestsPerSecond: 2 } })
  const answers = await Promise.all(Array.from({ length: 60 }, () => archive.portal('count', { query: 'tax_eq(666)' })))
  const statuses = new Set(answers.map(answer => answer.status))
  assert.deepEqual([...statuses].sort(), [200, 429])
})

test('taxa are found by name, by subtree, and by an id that was merged away', async t => {
  const archive = await openTestArchive(t)
  const find = async (query: string) => {
    const { text } = await archive.portal('search', {
      result: 'taxon',
      query,
      format: 'json',
      fields: 'scientific_name,merged_tax_id',
    })
    return JSON.parse(text) as unknown
  }
  assert.deepEqual(await find('merged_tax_id=424718'), [
    { tax_id: '623', scientific_name: 'Shigella flexneri', merged_tax_id: '424718' },
  ])
  assert.deepEqual(await find('tax_eq(666) OR scientific_name="Shigella sonnei"'), [
    { tax_id: '624', scientific_name: 'Shigella sonnei', merged_tax_id: '' },
    { tax_id: '666', scientific_name: 'Vibrio cholerae', merged_tax_id: '' },
  ])
})
