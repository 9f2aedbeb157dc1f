import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { bytesWithin } from './bytes-within.ts'
import { defaultRsync } from './rsync.ts'
import { runRsync, type RsyncBounds } from './run-rsync.ts'
import { inScratchFolder } from './testing/scratch-folder.ts'

const wide: RsyncBounds = { fileBytes: 1e9, seconds: 60 }

/** Something in the place of rsync, with these bounds. */
async function runInstead(folder: string, script: string, bounds: RsyncBounds | undefined) {
  const command = join(folder, 'instead')
  await writeFile(command, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return runRsync({ args: [], input: '', bounds }, { ...defaultRsync, command })
}

suite('an rsync with bounds', () => {
  test('ends as it ends within them', () =>
    inScratchFolder(async folder => {
      assert.deepEqual(await runInstead(folder, 'echo why >&2; exit 23', wide), { status: 23, signal: null, complaint: 'why\n' })
    }))

  test('is ended when it takes longer, even when it does not listen', () =>
    inScratchFolder(async folder => {
      await assert.rejects(runInstead(folder, 'exec sleep 600', { ...wide, seconds: 0.2 }), {
        code: 'unreachable',
        message: /too slowly/,
      })
    }))

  test('is ended when it prints more lines', () =>
    inScratchFolder(async folder => {
      await assert.rejects(runInstead(folder, 'exec yes', { ...wide, lines: 1000 }), {
        code: 'broken-answer',
        message: /more than 1000/,
      })
    }))

  test('is ended when its folder gets fuller', () =>
    inScratchFolder(async folder => {
      const path = join(folder, 'to')
      await mkdir(path)
      const fill = `i=0; while :; do i=$((i+1)); head -c 1000 /dev/zero >'${path}'/$i; sleep 0.01; done`
      await assert.rejects(runInstead(folder, fill, { ...wide, folder: { path, mostBytes: 5000 } }), { code: 'broken-answer' })
    }))

  test('is found out when its folder got fuller before anybody looked', () =>
    inScratchFolder(async folder => {
      const path = join(folder, 'to')
      await mkdir(path)
      const bounds = { ...wide, folder: { path, mostBytes: 5000 } }
      await assert.rejects(runInstead(folder, `head -c 6000 /dev/zero >'${path}'/x`, bounds), { code: 'broken-answer' })
    }))

  test('cannot write one byte where none is allowed, and not many more where some are', () =>
    inScratchFolder(async folder => {
      const path = join(folder, 'to')
      await mkdir(path)
      const write = `trap '' XFSZ; head -c 100000 /dev/zero >'${path}'/x`
      assert.notEqual((await runInstead(folder, write, { ...wide, fileBytes: 0 })).status, 0)
      assert.equal((await bytesWithin(path)).bytes, 0)
      assert.notEqual((await runInstead(folder, write, { ...wide, fileBytes: 5000 })).status, 0)
      const { bytes } = await bytesWithin(path)
      assert.ok(bytes > 0 && bytes <= 5000 + 1024, String(bytes))
    }))

  test('is told without what could move a terminal or hide a line', () =>
    inScratchFolder(async folder => {
      const { complaint } = await runInstead(folder, `printf 'a\\033[2J\\r\\tb\\302\\205\\nc' >&2`, wide)
      assert.equal(complaint, 'a\ufffd[2J b\ufffd\nc')
    }))
})
