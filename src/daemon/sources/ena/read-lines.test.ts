import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readLines } from './read-lines.ts'

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0
  for (let at = 0; from < bytes.length; at++) {
    const size = sizes[at % sizes.length] ?? bytes.length
    yield bytes.slice(from, from + size)
    from += size
  }
}

async function linesOf(text: string, sizes: readonly number[] = [7]): Promise<string[]> {
  const lines: string[] = []
  for await (const some of readLines(inChunks(Buffer.from(text), sizes), 'GET somewhere')) lines.push(...some)
  return lines
}

test('lines come whole however the bytes are cut, letters of several bytes too', async () => {
  const letters = fc.constantFrom('a', '\t', 'é', '°', '株', '🧬', '"', ' ')
  const lines = fc.array(
    fc.array(letters, { minLength: 1, maxLength: 20 }).map(parts => parts.join('')),
    { minLength: 1, maxLength: 20 },
  )
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(lines, sizes, async (wanted, cuts) => {
      assert.deepEqual(await linesOf(wanted.map(line => `${line}\n`).join(''), cuts), wanted)
    }),
    { numRuns: 200 },
  )
})

test('empty lines are left out, and line ends of Windows are line ends', async () => {
  assert.deepEqual(await linesOf('a\r\n\nb\n\n'), ['a', 'b'])
  assert.deepEqual(await linesOf(''), [])
})

test('a last line without an end is refused, because it was cut; a first one is all there is', async () => {
  await assert.rejects(linesOf('header\nrow 1\nrow', [1000]), {
    code: 'broken-answer',
    message: /GET somewhere: the answer ends within a line: row$/,
  })
  await assert.rejects(linesOf('header\nrow 1\nrow', [2]), { code: 'broken-answer' })
  assert.deepEqual(await linesOf('header', [2]), ['header'])
})

test('a line without end is not held in memory for ever', async () => {
  let sent = 0
  async function* endless() {
    for (;;) {
      sent += 1
      yield Buffer.alloc(65_536, 120)
    }
  }
  await assert.rejects(readLines(endless(), 'x').next(), { code: 'broken-answer' })
  assert.ok(sent < 100)
})
