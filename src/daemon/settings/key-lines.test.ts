import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parse } from 'smol-toml'
import { keyLines, lineOf } from './key-lines.ts'

const toml = `# a comment with key = 1
top = 1
[ena]            # the archive
portal_url = "http://a/#[x"   # not a section
mirror_urls = [
  "http://a]",   # a bracket in a text, and here ]
  'http://b',
  fake = 1
]
idle_seconds = 3
text = """
policy = 9
[nowhere]
"""
one = """a [ b"""
[recipes.mine]
"quoted key" = 1
samplesheet.columns = { sample = "{run}" }
last = '''x'''

  [policy]
  max_workers = 4`

suite('the lines of keys', () => {
  const lines = keyLines(toml)

  test('keys and sections have the line they stand in', () => {
    assert.equal(lines.get('top'), 2)
    assert.equal(lines.get('ena'), 3)
    assert.equal(lines.get('ena.portal_url'), 4)
    assert.equal(lines.get('recipes.mine.samplesheet.columns'), 18)
    assert.equal(lines.get('recipes.mine.quoted key'), 17)
    assert.equal(lines.get('policy.max_workers'), 22)
  })

  test('what stands inside lists and long texts is no key', () => {
    assert.equal(lines.get('ena.idle_seconds'), 10)
    assert.equal(lines.get('ena.policy'), undefined)
    assert.equal(lines.get('ena.fake'), undefined)
    assert.equal(lines.get('nowhere'), undefined)
    assert.equal(lines.get('ena.one'), 15)
  })

  test('a key without a line of its own has the line of what holds it', () => {
    assert.equal(lineOf(lines, 'recipes.mine.samplesheet.columns.sample'), 18)
    assert.equal(lineOf(lines, 'nothing.at.all'), undefined)
  })

  test('every key that the parser finds in a valid text has a line', () => {
    const valid = toml.replace('  fake = 1\n', '')
    const found = keyLines(valid)
    for (const [section, keys] of Object.entries(parse(valid))) {
      for (const key of typeof keys === 'object' ? Object.keys(keys) : [])
        assert.ok(found.has(`${section}.${key}`), `${section}.${key}`)
    }
  })
})
