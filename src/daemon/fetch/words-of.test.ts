import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstWords, nameOfRequest } from './words-of.ts'

test('a request is named without its credentials and without a long query', () => {
  assert.equal(
    nameOfRequest('GET', 'https://ana:secret@example.org/a?x=1&api_key=abc'),
    'GET https://example.org/a?x=1&api_key=…',
  )
  const long = nameOfRequest('GET', `https://example.org/a?query=tax_tree(562)&fields=${'run_accession,'.repeat(100)}`)
  assert.match(long, /query=tax_tree\(562\)/)
  assert.ok(long.length < 300)
})

test('the first words of an answer are its message, the text of its page, or itself', () => {
  assert.equal(firstWords('{"status":400,"message":"Invalid field(s) supplied: foo"}'), 'Invalid field(s) supplied: foo')
  assert.equal(
    firstWords('<html><head><style>b { c }</style></head><body><h1>Service\n Unavailable</h1></body></html>'),
    'Service Unavailable',
  )
  assert.equal(firstWords('Too  Many\nRequests'), 'Too Many Requests')
  assert.equal(firstWords('{"half": '), '{"half":')
  assert.ok(firstWords('x'.repeat(5000)).length <= 201)
})
