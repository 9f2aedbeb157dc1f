import assert from 'node:assert/strict'
import { chownSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { homeEnvironment, makePipelineFolders, removeLeft, requirePower, showToPipeline } from './pipeline-user.ts'
import { newFolder } from './testing/new-folder.ts'

const isRoot = process.getuid?.() === 0
const skip = !isRoot && 'only root can give a pipeline a user of its own'

test('without a user of its own the pipeline is as it was', async () => {
  const folder = join(newFolder(), 'work')
  await makePipelineFolders([folder], undefined)
  const before = statSync(folder)
  await showToPipeline(folder, undefined)
  assert.deepEqual([statSync(folder).mode, statSync(folder).uid], [before.mode, process.getuid?.()])
  await removeLeft(folder, undefined)
  assert.equal(existsSync(folder), false)
  requirePower(undefined, 1000)
})

test('only root is let begin with such a user', () => {
  const user = { uid: 41_002, gid: 41_002, home: '/h' }
  requirePower(user, 0)
  assert.throws(() => requirePower(user, 1000), { code: 'bad-input', message: /only root/ })
  assert.deepEqual(homeEnvironment(user).TMPDIR, '/h/tmp')
})

test('its folders are its own and closed to others; a file shown to it is read and not written', { skip }, async () => {
  const root = newFolder()
  const user = { uid: 41_002, gid: 41_002, home: join(root, 'home') }
  await makePipelineFolders([join(root, 'work')], user)
  for (const name of ['home', 'home/tmp', 'work']) {
    const { uid, gid, mode } = statSync(join(root, name))
    assert.deepEqual([uid, gid, mode & 0o7777], [user.uid, user.gid, 0o700], name)
  }
  writeFileSync(join(root, 'sheet'), 'x')
  await showToPipeline(join(root, 'sheet'), user)
  const { uid, gid, mode } = statSync(join(root, 'sheet'))
  assert.deepEqual([uid, gid, mode & 0o7777], [0, user.gid, 0o640])
})

test('what is removed for it is only what it could remove itself', { skip }, async () => {
  const root = newFolder()
  const user = { uid: 41_002, gid: 41_002, home: join(root, 'home') }
  const work = join(root, 'work')
  for (const folder of [root, dirname(root)]) assert.ok(existsSync(folder))
  await makePipelineFolders([work], user)
  chownSync(root, user.uid, user.gid)
  mkdirSync(join(work, 'ours'))
  writeFileSync(join(work, 'ours', 'kept'), 'x')
  const other = join(newFolder(), 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'file'), 'x')
  symlinkSync(other, join(work, 'link'))
  writeFileSync(join(work, 'mine'), 'x')
  chownSync(join(work, 'mine'), user.uid, user.gid)
  await removeLeft(work, user)
  assert.deepEqual(
    [join(other, 'file'), join(work, 'ours', 'kept'), join(work, 'mine'), join(work, 'link')].map(path => existsSync(path)),
    [true, true, false, false],
  )
})
