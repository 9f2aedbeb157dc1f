import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { writtenChapters } from './written-chapters.ts'

for (const { path, text } of writtenChapters()) {
  test(`${path} is as the code says (npm run docs writes it)`, () => {
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text)
  })
}
