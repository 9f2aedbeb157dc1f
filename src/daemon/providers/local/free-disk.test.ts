import assert from 'node:assert/strict'
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { localProvider } from './local-provider.ts'

test('local machines share the disk of their work folder, and nothing is known of one that cannot be made', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'mf-free-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a-file'), '')
  const freeAt = (workFolder: string) =>
    localProvider({
      workFolder,
      agentBundle: () => Promise.reject(new Error('no machine is made here')),
      node: [],
      environment: {},
      clock: () => new Date(0),
      effect: () => undefined,
      log: { say: () => undefined, warn: () => undefined },
    }).freeDiskBytes?.()
  const { bavail, bsize } = await statfs(folder)
  const free = await freeAt(join(folder, 'work'))
  // Others write to the same disk meanwhile.
  assert.ok(free !== undefined && free > (bavail * bsize) / 2 && free < bavail * bsize * 2)
  assert.equal(await freeAt(join(folder, 'a-file', 'work')), undefined)
})
