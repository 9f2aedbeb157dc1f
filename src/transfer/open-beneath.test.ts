import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { rmdirBeneath, unlinkBeneath } from './folder-beneath.ts'
import { hashFile } from './hash-file.ts'
import { openBeneath } from './open-beneath.ts'
import { readSmallFile } from './read-small-file.ts'
import { inScratchFolder, writeFiles } from './testing/scratch-folder.ts'

async function opens(root: string, path: string): Promise<boolean> {
  const handle = await openBeneath(root, path)
  await handle?.close()
  return handle !== undefined
}

suite('a file below a folder that hostile hands fill', () => {
  test('is opened when it is a regular file, also where the folder itself is reached through a link', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { 'real/sub/file': 'text' })
      await symlink(join(root, 'real'), join(root, 'way'))
      assert.equal(await opens(join(root, 'real'), 'sub/file'), true)
      assert.equal(await opens(join(root, 'way'), 'sub/file'), true)
    }))

  test('is undefined when it is not there, or a file stands in its way', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { file: 'text' })
      assert.equal(await opens(root, 'nothing'), false)
      assert.equal(await opens(root, 'no/thing'), false)
      assert.equal(await opens(root, 'file/below'), false)
    }))

  test('is refused when it is a link, or lies behind one', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { 'outside/secret': 'text', 'inside/file': 'text' })
      await symlink(join(root, 'outside/secret'), join(root, 'inside/link'))
      await symlink(join(root, 'outside'), join(root, 'inside/folder'))
      await symlink('file', join(root, 'inside/near'))
      for (const path of ['link', 'folder/secret', 'near']) {
        await assert.rejects(openBeneath(join(root, 'inside'), path), { code: 'broken-answer' }, path)
      }
    }))

  test('is refused, and not waited for, when it is a FIFO, a device, a socket or a folder', () =>
    inScratchFolder(async root => {
      execFileSync('mkfifo', [join(root, 'fifo')])
      await mkdir(join(root, 'folder'))
      const server = createServer().listen(join(root, 'socket'))
      await new Promise(resolve => server.once('listening', resolve))
      for (const path of ['fifo', 'folder', 'socket'])
        await assert.rejects(openBeneath(root, path), { code: 'broken-answer' }, path)
      await assert.rejects(openBeneath('/dev', 'zero'), { code: 'broken-answer' })
      await new Promise(resolve => server.close(resolve))
    }))

  test('is never read from behind a folder that is swapped for a link meanwhile', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { 'outside/file': 'secret', 'inside/sub/file': 'result' })
      const inside = join(root, 'inside')
      await symlink(join(root, 'outside'), join(inside, 'trap'))
      let turns = 0
      let isOver = false
      const swapping = (async () => {
        while (!isOver) {
          await rename(join(inside, 'sub'), join(inside, 'real'))
          await rename(join(inside, 'trap'), join(inside, 'sub'))
          await rename(join(inside, 'sub'), join(inside, 'trap'))
          await rename(join(inside, 'real'), join(inside, 'sub'))
          turns++
        }
      })()
      const read = new Set<string>()
      for (let times = 0; times < 300; times++)
        read.add((await readSmallFile(inside, 'sub/file', 100).catch(() => 'refused')) ?? 'nothing')
      isOver = true
      await swapping
      assert.ok(turns > 10, `${turns} turns`)
      assert.equal(read.has('secret'), false, [...read].join())
    }))
})

suite('a small file', () => {
  test('is read as text up to its limit', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { file: 'gr\u00fc\u00dfe', empty: '' })
      assert.equal(await readSmallFile(root, 'file', 7), 'gr\u00fc\u00dfe')
      assert.equal(await readSmallFile(root, 'empty', 7), '')
      assert.equal(await readSmallFile(root, 'nothing', 7), undefined)
    }))

  test('is refused when it is longer, also when its length costs nothing', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { file: '12345678', sparse: '' })
      await truncate(join(root, 'sparse'), 1_000_000_000_000)
      await assert.rejects(readSmallFile(root, 'file', 7), { code: 'broken-answer' })
      await assert.rejects(readSmallFile(root, 'sparse', 7_000_000), { code: 'broken-answer' })
    }))

  test('is refused when it is not UTF-8', () =>
    inScratchFolder(async root => {
      await writeFile(join(root, 'file'), Buffer.from([0x41, 0xff]))
      await assert.rejects(readSmallFile(root, 'file', 7), { code: 'broken-answer' })
    }))
})

suite('the hash of a file', () => {
  test('is that of all its bytes, whatever its length', () =>
    inScratchFolder(async root => {
      const text = 'x'.repeat(2_500_000)
      await writeFiles(root, { file: text, empty: '' })
      const sha256 = createHash('sha256').update(text).digest('hex')
      assert.deepEqual(await hashFile(root, 'file', { flush: true }), { bytes: 2_500_000, sha256 })
      assert.equal((await hashFile(root, 'empty'))?.bytes, 0)
      assert.equal(await hashFile(root, 'nothing'), undefined)
    }))

  test('is not waited for beyond the bytes that are allowed', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { file: '' })
      await truncate(join(root, 'file'), 1_000_000_000_000)
      const hashed = await hashFile(root, 'file', { mostBytes: 10 })
      assert.ok(hashed !== undefined && hashed.bytes > 10 && hashed.bytes < 10_000_000)
    }))
})

suite('removing below a folder that hostile hands fill', () => {
  test('takes files and empty folders, and again is the same', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { 'a/b/file': '', 'a/other': '' })
      for (let times = 0; times < 2; times++) {
        await unlinkBeneath(root, 'a/b/file')
        assert.equal(await rmdirBeneath(root, 'a/b'), true)
      }
      assert.equal(await rmdirBeneath(root, 'a'), false)
      assert.equal(await opens(root, 'a/other'), true)
    }))

  test('takes nothing from behind a link', () =>
    inScratchFolder(async root => {
      await writeFiles(root, { 'outside/file': '', 'inside/sub/x': '' })
      await symlink(join(root, 'outside'), join(root, 'inside/link'))
      await assert.rejects(unlinkBeneath(join(root, 'inside'), 'link/file'))
      for (const path of ['link/../../outside', '../outside', root]) {
        await assert.rejects(rmdirBeneath(join(root, 'inside'), path), { code: 'bad-input' })
        await assert.rejects(openBeneath(join(root, 'inside'), path), { code: 'bad-input' })
      }
      assert.equal(await opens(root, 'outside/file'), true)
      await assert.rejects(rmdirBeneath(join(root, 'inside'), 'link'))
    }))
})
