import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openLedger } from './open-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-open-ledger-'))
after(() => rmSync(folder, { recursive: true }))

const refusal = (message: RegExp) => (error: unknown) => {
  const { code, message: words } = error as { code?: unknown; message: string }
  assert.deepEqual([code, message.test(words)], ['broken-answer', true], words)
  return true
}

test('a file that is no SQLite file is refused in words, and left as it is', async () => {
  const path = join(folder, 'thesis.sqlite')
  writeFileSync(path, 'this is my thesis, in which there are no tables at all')
  await assert.rejects(openLedger(path), refusal(/thesis\.sqlite is not a ledger: it is no SQLite file; .*restore/))
  assert.match(readFileSync(path, 'utf8'), /^this is my thesis/)
})

test('a ledger whose pages were spoilt is called damaged', async () => {
  const path = join(folder, 'spoilt.sqlite')
  await (await openLedger(path)).close()
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0xff, 100, 8192))
  await assert.rejects(openLedger(path), refusal(/the ledger .*spoilt\.sqlite is damaged; .*restore/))
})

test('a file of no length, as a death right after its making leaves it, becomes a ledger', async () => {
  const path = join(folder, 'empty.sqlite')
  writeFileSync(path, '')
  await (await openLedger(path)).close()
  assert.ok(readFileSync(path).length > 0)
})
