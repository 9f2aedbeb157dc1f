import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Hono } from 'hono'
import { mountKitRoute } from './kit.ts'

const name = 'a'.repeat(64)

function aDoor(t: TestContext): Hono {
  const kitsFolder = mkdtempSync(join(tmpdir(), 'microfetch-kits-'))
  t.after(() => rmSync(kitsFolder, { recursive: true }))
  writeFileSync(join(kitsFolder, `${name}.tar.gz`), 'archive')
  writeFileSync(join(kitsFolder, 'secret.tar.gz'), 'secret')
  const app = new Hono()
  mountKitRoute(app, { kitsFolder })
  return app
}

test('a kit is given to whoever names it, without a token, and may be kept for ever', async t => {
  const reply = await aDoor(t).request(`/agent/kit/${name}`)
  assert.equal(reply.status, 200)
  assert.equal(await reply.text(), 'archive')
  assert.match(reply.headers.get('cache-control') ?? '', /immutable/)
  assert.equal(reply.headers.get('content-length'), '7')
})

test('whoever has it is not sent it again', async t => {
  const reply = await aDoor(t).request(`/agent/kit/${name}`, { headers: { 'if-none-match': `"${name}"` } })
  assert.equal(reply.status, 304)
  assert.equal(await reply.text(), '')
})

test('nothing but kits is given: no other name, no other file, no other folder', async t => {
  const door = aDoor(t)
  for (const other of ['b'.repeat(64), 'secret', '..%2fsecret', `..%2f${name}`, `${name}.tar.gz`, '']) {
    const reply = await door.request(`/agent/kit/${other}`)
    assert.equal(reply.status, 404, other)
    assert.doesNotMatch(await reply.text(), /secret"|archive/)
  }
})

test('where no droplets are made there are no kits', async () => {
  const app = new Hono()
  mountKitRoute(app, { kitsFolder: undefined })
  assert.equal((await app.request(`/agent/kit/${name}`)).status, 404)
})
