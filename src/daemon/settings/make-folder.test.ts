import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Problem } from '../../core/problem.ts'
import { makeFolder } from './make-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-make-folder-'))
after(() => rmSync(folder, { recursive: true }))

function refusalOf(path: string): string {
  try {
    makeFolder(path)
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === 'not-allowed')
    return error.message
  }
  assert.fail(`${path} was made`)
}

test('a folder is made with everything that is missing above it, and one that is there is left as it is', () => {
  const deep = join(folder, 'a', 'b', 'c')
  makeFolder(deep)
  writeFileSync(join(deep, 'mine'), '')
  makeFolder(deep)
  assert.ok(existsSync(join(deep, 'mine')))
})

test('where a part of the path is no folder, that part is named', () => {
  writeFileSync(join(folder, 'file'), '')
  const below = join(folder, 'file', 'home')
  assert.equal(refusalOf(below), `${below} cannot be made: ${join(folder, 'file')} is no folder`)
  symlinkSync(join(folder, 'nowhere', 'else'), join(folder, 'link'))
  const beyond = join(folder, 'link', 'home')
  assert.equal(refusalOf(beyond), `${beyond} cannot be made: ${folder} takes no folders here`)
})

test('below /proc, where nothing can be made, the answer comes at once', { skip: platform() !== 'linux' }, () => {
  assert.equal(refusalOf('/proc/mf-home/logs'), '/proc/mf-home/logs cannot be made: /proc takes no folders here')
})
