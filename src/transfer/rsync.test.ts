import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { suite, test } from 'node:test'
import { problemOfExit } from './rsync-exit.ts'
import { rsyncSource } from './rsync-source.ts'
import { copyListed, defaultRsync, requireRsync } from './rsync.ts'
import { inScratchFolder, writeFiles } from './testing/scratch-folder.ts'

/** Folders `from` (with these files) and `to`, and a copy of listed files between them. */
async function withFolders(
  files: Record<string, string>,
  act: (
    from: string,
    to: string,
    copy: (paths: string[], largestBytes?: number, command?: string) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  await inScratchFolder(async root => {
    const [from, to] = [join(root, 'from'), join(root, 'to')]
    await mkdir(to)
    await writeFiles(from, files)
    await act(from, to, (paths, largestBytes = 1e9, command = 'rsync') =>
      copyListed({ from: rsyncSource(from), to, paths, largestBytes }, { ...defaultRsync, command }),
    )
  })
}

suite('a listed copy by rsync', () => {
  test('brings the listed files and nothing else, and removes nothing', () =>
    withFolders({ 'a/b/one': '1', two: '2', three: '3' }, async (from, to, copy) => {
      await copy(['a/b/one', 'two'])
      assert.deepEqual((await readdir(to, { recursive: true })).sort(), ['a', 'a/b', 'a/b/one', 'two'])
      assert.equal(await readFile(join(from, 'two'), 'utf8'), '2')
    }))

  test('brings names that rsync would take for remarks, options or hosts', () => {
    const names = [
      '#remark',
      ';remark',
      '-option',
      '--delete',
      'host:path',
      ' blank ',
      '*',
      "it's",
      '[a]',
      '$(id)',
      '~user',
      'caf\u00e9',
    ]
    return withFolders(Object.fromEntries(names.map(name => [name, name])), async (_from, to, copy) => {
      await copy(names)
      assert.deepEqual((await readdir(to)).sort(), [...names].sort())
    })
  })

  test('replaces a stale file of the same size and time', () =>
    withFolders({ file: 'new content' }, async (from, to, copy) => {
      await writeFile(join(to, 'file'), 'old content')
      const { atime, mtime } = await stat(join(from, 'file'))
      await utimes(join(to, 'file'), atime, mtime)
      await copy(['file'])
      assert.equal(await readFile(join(to, 'file'), 'utf8'), 'new content')
    }))

  test('does not follow a link, and passes it over', () =>
    withFolders({ file: '1' }, async (from, to, copy) => {
      await symlink('/etc/passwd', join(from, 'link'))
      await copy(['file', 'link'])
      assert.deepEqual(await readdir(to), ['file'])
    }))

  test('does not go down into a folder that stands where a file was listed', () =>
    withFolders({ 'file/secret': '1' }, async (_from, to, copy) => {
      await copy(['file'])
      assert.deepEqual(await readdir(to, { recursive: true }), ['file'])
    }))

  test('does not take a file that has grown beyond the largest expected', () =>
    withFolders({ small: '1', large: '12345' }, async (_from, to, copy) => {
      await copy(['small', 'large'], 4)
      assert.deepEqual(await readdir(to), ['small'])
    }))

  test('gives what it brings modes of ours, not those of the machine', () =>
    withFolders({ 'sub/file': '1' }, async (from, to, copy) => {
      await chmod(join(from, 'sub/file'), 0o6777)
      await chmod(join(from, 'sub'), 0o777)
      await copy(['sub/file'])
      assert.equal((await stat(join(to, 'sub/file'))).mode & 0o7777, 0o600)
      assert.equal((await stat(join(to, 'sub'))).mode & 0o7777, 0o700)
    }))

  test('is a Problem that passes when a listed file is missing, and keeps what came', () =>
    withFolders({ file: '1' }, async (_from, to, copy) => {
      await assert.rejects(copy(['file', 'missing']), { code: 'unreachable', message: /ended with 23/ })
      assert.deepEqual(await readdir(to), ['file'])
    }))

  test('leaves nothing under the final name when it is interrupted, and goes on from there', () =>
    withFolders({ file: 'x'.repeat(3_000_000) }, async (from, to, copy) => {
      // Slow enough to be met in the middle: a megabyte a second.
      const slow = join(to, '../slow')
      await writeFile(slow, '#!/bin/sh\necho $$ >"$(dirname "$0")/pid"\nexec rsync --bwlimit=1000 "$@"\n', { mode: 0o755 })
      const copying = copy(['file'], 1e9, slow)
      const failed = assert.rejects(copying, { code: 'unreachable' })
      while (!(await readdir(to)).some(name => name.startsWith('.file.'))) await sleep(10)
      process.kill(Number(await readFile(join(to, '../pid'), 'utf8')), 'SIGTERM')
      await failed
      assert.deepEqual(
        (await readdir(to)).filter(name => name === 'file'),
        [],
      )
      await copy(['file'])
      assert.equal(await readFile(join(to, 'file'), 'utf8'), await readFile(join(from, 'file'), 'utf8'))
      assert.deepEqual(await readdir(to), ['file'])
    }))

  test('sees nothing of our environment', () =>
    withFolders({ file: '1' }, async (_from, to, copy) => {
      const spy = join(to, '../spy')
      await writeFile(spy, '#!/bin/sh\nenv >"$(dirname "$0")/env"\nexec rsync "$@"\n', { mode: 0o755 })
      await copy(['file'], 1e9, spy)
      const names = (await readFile(join(to, '../env'), 'utf8')).split('\n').map(line => line.split('=')[0])
      assert.deepEqual(
        names.filter(name => !['PATH', 'LC_ALL', 'PWD', 'OLDPWD', '_', 'SHLVL', ''].includes(name ?? '')).sort(),
        [],
      )
    }))

  test('is refused when there is no rsync', () =>
    withFolders({ file: '1' }, async (_from, _to, copy) => {
      await assert.rejects(copy(['file'], 1, '/nonexistent/rsync'), { code: 'refused' })
    }))

  test('is refused from a folder that is not absolute, for it could be a host', () => {
    assert.throws(() => rsyncSource('host:folder'), { code: 'bad-input' })
  })
})

suite('the version of rsync', () => {
  test('is the installed one', async () => {
    assert.match(await requireRsync(defaultRsync), /^\d+\.\d+\.\d+/)
  })

  for (const [version, isEnough] of [
    ['3.1.3', false],
    ['2.6.9', false],
    ['3.2.0', true],
    ['3.10.1', true],
    ['4.0.0pre1', true],
  ] as const) {
    test(`${version} is ${isEnough ? '' : 'not '}enough`, () =>
      inScratchFolder(async root => {
        const command = join(root, 'rsync')
        await writeFile(command, `#!/bin/sh\necho 'rsync  version v${version}  protocol version 30'\n`, { mode: 0o755 })
        const asked = requireRsync({ ...defaultRsync, command })
        if (isEnough) assert.equal(await asked, version)
        else await assert.rejects(asked, { code: 'refused' })
      }))
  }

  test('is refused when what answers is not rsync', async () => {
    await assert.rejects(requireRsync({ ...defaultRsync, command: 'true' }), { code: 'refused' })
  })
})

suite('how rsync ended', () => {
  const codes = {
    unreachable: [5, 10, 12, 13, 14, 15, 16, 19, 20, 21, 23, 24, 30, 35, 125, 137, 143, 255],
    'bad-input': [1, 2, 4, 25],
    refused: [3, 6, 11, 124, 126, 127],
    'no-capacity': [22],
    'broken-answer': [99],
  }
  for (const [code, statuses] of Object.entries(codes)) {
    test(`is ${code} with ${statuses.join(', ')}`, () => {
      for (const status of statuses)
        assert.equal(problemOfExit({ status, signal: null, complaint: '' })?.code, code, String(status))
    })
  }

  test('is nothing to complain about with 0', () => {
    assert.equal(problemOfExit({ status: 0, signal: null, complaint: 'a warning' }), undefined)
  })

  test('passes when a signal ended it', () => {
    assert.equal(problemOfExit({ status: null, signal: 'SIGKILL', complaint: '' })?.code, 'unreachable')
  })

  test('is a full disk when it says so, whatever the status', () => {
    for (const status of [11, 12, 23]) {
      const complaint = 'rsync: [receiver] write failed on "/library/x": No space left on device (28)\n'
      assert.equal(problemOfExit({ status, signal: null, complaint })?.code, 'no-space', String(status))
    }
  })
})
