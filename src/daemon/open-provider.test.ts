import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noEffectPoint } from '../core/effect-point.ts'
import { addedRows } from '../../test/integration/door-rows.ts'
import { readConfig } from './config.ts'
import { openLedger } from './ledger/open-ledger.ts'
import { openProvider } from './open-provider.ts'

const silent = { say: () => undefined, warn: () => undefined }

test('a provider is not opened while workers of another one are alive: it would call them gone', async t => {
  const ledger = await openLedger(':memory:')
  t.after(() => ledger.close())
  const config = await readConfig({ home: '/nonexistent', environment: {}, settings: [] })
  const parts = {
    config,
    ledger,
    clock: () => new Date(0),
    effect: noEffectPoint,
    log: silent,
    version: 'test',
    serverUrl: undefined,
    collectorKey: () => ({ publicKey: '', identityFile: undefined }),
  }
  const rows = addedRows(ledger, new Date(0))
  await rows.worker('a1', { provider: 'digitalocean', state: 'working' })
  await assert.rejects(
    openProvider(parts),
    /1 of the workers are of provider digitalocean \(mf-a1\), and provider.name is local now/,
  )
  await ledger.write(tx => tx.updateTable('workers').set({ state: 'destroyed' }).execute())
  assert.equal((await openProvider(parts)).provider.name, 'local')
})
