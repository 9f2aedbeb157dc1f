import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chownSync, linkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLeft, readLeft } from './open-left.ts'
import { newFolder } from './testing/new-folder.ts'

const user = { uid: 41_002, gid: 41_002, home: '/nowhere' }
const isRoot = process.getuid?.() === 0

function aFolder(): (name: string) => string {
  const folder = newFolder()
  return name => join(folder, name)
}

test('plain files are read, also through a link', async () => {
  const at = aFolder()
  writeFileSync(at('file'), 'content')
  symlinkSync(at('file'), at('link'))
  for (const name of ['file', 'link']) assert.equal(await readLeft(at(name), undefined, 100), 'content')
})

test('what is longer than asked for is not read', async () => {
  const at = aFolder()
  writeFileSync(at('file'), '12345')
  assert.equal(await readLeft(at('file'), undefined, 5), '12345')
  assert.equal(await readLeft(at('file'), undefined, 4), undefined)
})

test('devices, pipes and folders are refused, and nobody waits for a pipe', async () => {
  const at = aFolder()
  execFileSync('mkfifo', [at('pipe')])
  symlinkSync('/dev/zero', at('device'))
  for (const path of [at('pipe'), at('device'), at('.'), '/dev/null']) {
    await assert.rejects(openLeft(path, undefined), { code: 'broken-answer', message: /not a plain file/ })
  }
})

test(
  "of another user's file nothing is read, by whatever name the pipeline gave it",
  { skip: !isRoot && 'only root can give files away' },
  async () => {
    const at = aFolder()
    writeFileSync(at('secret'), 'token', { mode: 0o600 })
    symlinkSync(at('secret'), at('link'))
    linkSync(at('secret'), at('hard'))
    writeFileSync(at('own'), 'output')
    chownSync(at('own'), user.uid, user.gid)
    symlinkSync(at('own'), at('link-to-own'))
    for (const name of ['secret', 'link', 'hard']) {
      await assert.rejects(openLeft(at(name), user), { code: 'broken-answer', message: /not the pipeline's own/ })
    }
    for (const name of ['own', 'link-to-own']) assert.equal(await readLeft(at(name), user, 100), 'output')
  },
)

test('what is not there is the error of the system', async () => {
  await assert.rejects(openLeft(aFolder()('none'), undefined), { code: 'ENOENT' })
})
