import assert from 'node:assert/strict'
import { readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { makeFolders, replaceLink, writeWhole } from './flush.ts'
import { inScratchFolder } from './testing/scratch-folder.ts'

suite('writing what a power cut may interrupt', () => {
  test('makes every folder on the way, and again is the same', () =>
    inScratchFolder(async root => {
      for (let times = 0; times < 2; times++) await makeFolders(root, 'a/b/c', 0o700)
      assert.equal((await stat(join(root, 'a/b/c'))).mode & 0o777, 0o700)
    }))

  test('puts a whole file in the place of another, over what a death left half-written', () =>
    inScratchFolder(async root => {
      await writeFile(join(root, 'file'), 'old')
      await writeFile(join(root, '.file.new'), 'half')
      await writeWhole(join(root, 'file'), 'new', 0o444)
      assert.equal(await readFile(join(root, 'file'), 'utf8'), 'new')
      assert.deepEqual(await readdir(root), ['file'])
    }))

  test('points a link elsewhere in one step, over what a death left', () =>
    inScratchFolder(async root => {
      await symlink('old', join(root, 'link'))
      await symlink('half', join(root, '.link.new'))
      await replaceLink(join(root, 'link'), 'new')
      assert.equal(await readlink(join(root, 'link')), 'new')
      assert.deepEqual(await readdir(root), ['link'])
    }))

  test('does not put a link in the place of a folder', () =>
    inScratchFolder(async root => {
      await makeFolders(root, 'folder/inside')
      await assert.rejects(replaceLink(join(root, 'folder'), 'new'))
      assert.deepEqual(await readdir(join(root, 'folder')), ['inside'])
    }))
})
