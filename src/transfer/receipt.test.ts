import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { formatReceipt, parseReceipt, type Receipt } from './receipt.ts'

const receipt: Receipt = {
  version: 1,
  deliveryId: 'd1',
  attemptId: 'a1',
  machineId: 'm1',
  runAccession: 'ERR1000001',
  revision: 'r',
  recipe: 'assemble',
  recipeIdentity: 'i',
  collector: 'rsync',
  storedAt: '2026-01-02T03:04:05.000Z',
  manifestSha256: 'a'.repeat(64),
  totalBytes: 4,
  files: [{ path: 'a', bytes: 4, sha256: 'a'.repeat(64) }],
  versions: { skesa: '2.4.0' },
}

suite('a receipt', () => {
  test('is read as it was written', () => {
    assert.deepEqual(parseReceipt(formatReceipt(receipt)), receipt)
  })

  test('is refused when it is cut, of another version, or lacks anything', () => {
    const broken = [
      formatReceipt(receipt).slice(0, -10),
      JSON.stringify({ ...receipt, version: 2 }),
      JSON.stringify({ ...receipt, storedAt: 'yesterday' }),
      JSON.stringify({ ...receipt, files: [{ path: 'a', bytes: -1, sha256: 'a'.repeat(64) }] }),
      ...Object.keys(receipt).map(key => JSON.stringify({ ...receipt, [key]: undefined })),
    ]
    for (const text of broken) assert.throws(() => parseReceipt(text), { code: 'broken-answer' }, text)
  })
})
