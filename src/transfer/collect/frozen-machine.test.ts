import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { LibraryAndMachines, run, shape } from './testing/library-and-machines.ts'
import { someHostKey } from './testing/ssh-stand-in.ts'

/** As a frozen host does: its kernel takes connections, and nobody in it says a word. */
async function openFrozen(): Promise<{ port: number; close(): Promise<void> }> {
  const taken = new Set<Socket>()
  const server = createServer(socket => taken.add(socket.on('error', () => undefined)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of taken) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

suite('a machine that is frozen', () => {
  test('is given up after the time to connect, and may answer later', { timeout: 30_000 }, async () => {
    const frozen = await openFrozen()
    const all = await LibraryAndMachines.open()
    try {
      const identityFile = join(all.root, 'identity')
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', identityFile])
      const collector = all.newCollector({
        ssh: { identityFile, port: frozen.port, connectSeconds: 1 },
        scratchFolder: all.root,
      })
      const place = { attemptId: 'attempt1', machineId: '7', address: '127.0.0.1', hostKey: someHostKey }
      const collected = await collector.collect(place, run)
      assert.equal(shape(collected), 'failed, may pass')
      assert.match(JSON.stringify(collected), /did not answer in time/)
      assert.equal((await collector.peek(place, [])).kind, 'unreachable')
    } finally {
      await all.close()
      await frozen.close()
    }
  })
})
