import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeHostKey } from './make-host-key.ts'

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-host-key-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('ssh-keygen reads every key, and finds the public half that was told', t => {
  const folder = aFolder(t)
  // Comments of all lengths: the private part is filled up to whole blocks.
  for (const comment of ['', 'm', 'mf-1', 'mf-b12-a3', 'x'.repeat(40)]) {
    const { privateKey, publicKey } = makeHostKey(comment)
    const path = join(folder, `key-${comment.length}`)
    writeFileSync(path, privateKey, { mode: 0o600 })
    const said = execFileSync('ssh-keygen', ['-y', '-f', path], { encoding: 'utf8' }).trim()
    assert.equal(said, comment === '' ? publicKey : `${publicKey} ${comment}`)
    assert.match(publicKey, /^ssh-ed25519 [A-Za-z0-9+/]{68}$/)
  }
})

test('no two keys are alike', () => {
  const keys = Array.from({ length: 20 }, () => makeHostKey())
  assert.equal(new Set(keys.flatMap(key => [key.privateKey, key.publicKey])).size, 40)
})

test('sshd takes the key for its own, and shows the public half that was told', async t => {
  const folder = aFolder(t)
  const { privateKey, publicKey } = makeHostKey()
  const path = join(folder, 'host')
  writeFileSync(path, privateKey, { mode: 0o600 })
  // The folder that Debian makes when its own sshd starts; root's sshd will not do without.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const port = await freePort()
  const words = [
    '-D',
    '-e',
    '-f',
    '/dev/null',
    '-h',
    path,
    '-p',
    String(port),
    '-o',
    'ListenAddress=127.0.0.1',
    '-o',
    'PidFile=none',
  ]
  const sshd = spawn('/usr/sbin/sshd', words, { stdio: ['ignore', 'ignore', 'pipe'] })
  t.after(() => sshd.kill('SIGKILL'))
  let said = ''
  sshd.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  for (let looks = 0; !said.includes('Server listening'); looks++) {
    assert.ok(looks < 1000 && sshd.exitCode === null, `sshd does not listen: ${said}`)
    await sleep(10)
  }
  const seen = execFileSync('ssh-keyscan', ['-p', String(port), '-t', 'ed25519', '127.0.0.1'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  assert.equal(seen.trim(), `[127.0.0.1]:${port} ${publicKey}`)
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}
