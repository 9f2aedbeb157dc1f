import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { writtenChapters } from './written-chapters.ts'

for (const { path, text } of writtenChapters()) {
  test(`${path} is as the code says (npm run docs writes it)`, () => {
    assert.equal(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'), text)
  })
}

test('every verb that prints JSON has its shape in the book', () => {
  const folder = new URL('../src/cli/commands/', import.meta.url)
  const chapter = writtenChapters().find(({ path }) => path.endsWith('json.md'))?.text ?? ''
  const verbs = readdirSync(folder).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  const withJson = verbs.filter(name => readFileSync(new URL(name, folder), 'utf8').includes(`.option('--json'`))
  assert.ok(withJson.length > 10)
  assert.deepEqual(
    withJson
      .map(name => name.replace('.ts', ''))
      .filter(verb => !new RegExp(`^### microfetch ${verb}\\b.* --json$`, 'm').test(chapter)),
    [],
  )
})
