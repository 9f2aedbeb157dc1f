import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { foldersOf, formatManifest, manifestName, manifestSha256, parseManifest } from './manifest.ts'

const hash = 'a'.repeat(64)
const line = (path: string, bytes: number | string = 1) => `# ${bytes} bytes\n${hash}  ${path}\n`

suite('a manifest', () => {
  test('is read as it was written, sorted by path', () => {
    const manifest = [
      { path: 'reads/b_1.fastq.gz', bytes: 12, sha256: hash },
      { path: 'a name with blanks', bytes: 0, sha256: 'b'.repeat(64) },
      { path: '#remark', bytes: 3, sha256: hash },
    ]
    const sorted = [...manifest].sort((a, b) => (a.path < b.path ? -1 : 1))
    assert.deepEqual(parseManifest(formatManifest(manifest)), sorted)
  })

  test('is read by sha256sum as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'microfetch-manifest-'))
    const names = ['#a', '-c', '*', "it's", ' leading', 'é.fasta', 'sub/a name with blanks']
    await mkdir(join(folder, 'sub'))
    for (const name of names) await writeFile(join(folder, name), name)
    const manifest = names.map(path => ({
      path,
      bytes: Buffer.byteLength(path),
      sha256: createHash('sha256').update(path).digest('hex'),
    }))
    await writeFile(join(folder, manifestName), formatManifest(manifest))
    const check = () => spawnSync('sha256sum', ['--check', '--strict', manifestName], { cwd: folder, encoding: 'utf8' })
    const whole = check()
    assert.equal(whole.status, 0, whole.stderr)
    assert.equal(whole.stdout.match(/: OK$/gm)?.length, names.length)
    await writeFile(join(folder, '-c'), 'changed')
    assert.equal(check().status, 1)
    await rm(folder, { recursive: true })
  })

  test('is known by the SHA-256 of its text', () => {
    assert.equal(manifestSha256('abc\n'), 'edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb')
  })

  test('is refused when it is cut, empty or not of such lines', () => {
    const broken = [
      '',
      '\n',
      line('a').slice(0, -1),
      `${line('a')}\n`,
      `${hash}  a\n`,
      `# 1 bytes\n`,
      `# 1 bytes\n${hash} a\n`,
      `# 1 bytes\n${hash.toUpperCase()}  a\n`,
      `# 1 bytes\n# 1 bytes\n${hash}  a\n`,
      line('a', -1),
      line('a', '1e3'),
      line('a', '9'.repeat(16)),
      `# 1 bytes\n${hash}  \n`,
    ]
    for (const text of broken) assert.throws(() => parseManifest(text), { code: 'broken-answer' }, JSON.stringify(text))
  })

  const hostile = [
    '/etc/passwd',
    '../up',
    'a/../../up',
    'a/./b',
    'a//b',
    'a/',
    '.',
    '..',
    'tab\there',
    'escape\u001b[2J',
    'return\rcarriage',
    'nul\u0000',
    'back\\slash',
    'right\u202eto left',
    'zero\u200bwidth',
    'line\u2028separator',
    'half\ud800 a letter',
    'x'.repeat(401),
    `${'é'.repeat(128)}`,
    'manifest.sha256',
    'MANIFEST.SHA256',
    'receipt.json',
    'Receipt.JSON',
    '.rsync-partial/a',
    'sub/.rsync-partial',
    'sub/.~tmp~/a',
  ]
  for (const path of hostile) {
    test(`is refused with the path ${JSON.stringify(path).slice(0, 60)}`, () => {
      assert.throws(() => parseManifest(line('fine') + line(path)), { code: 'broken-answer' })
    })
  }

  test('takes names that only look dangerous', () => {
    const paths = [
      '#a',
      ';b',
      '-c',
      '--delete',
      '~d',
      '...',
      'a:b',
      '*',
      '$(id)',
      '`id`',
      "it's",
      ' leading',
      'sub/manifest.sha256',
      'é.fasta',
    ]
    assert.deepEqual(
      parseManifest(paths.map(path => line(path)).join('')).map(file => file.path),
      [...paths].sort((a, b) => (a < b ? -1 : 1)),
    )
  })

  test('is refused when two names would be one on some file system', () => {
    for (const [first, second] of [
      ['a', 'a'],
      ['reads/A.gz', 'reads/a.gz'],
      ['caf\u00e9', 'cafe\u0301'],
      ['ﬁle', 'file'],
    ] as const) {
      assert.throws(() => parseManifest(line(first) + line(second)), { code: 'broken-answer' }, `${first} ${second}`)
    }
  })

  test('is refused when a file stands where another needs a folder', () => {
    assert.throws(() => parseManifest(line('a') + line('a/b')), { code: 'broken-answer' })
    assert.throws(() => parseManifest(line('A') + line('a/b/c')), { code: 'broken-answer' })
    assert.equal(parseManifest(line('a') + line('ab/c')).length, 2)
  })

  test('is refused beyond ten thousand files, or with sizes that nobody has', () => {
    const many = Array.from({ length: 10_001 }, (_, number) => line(`f${number}`))
    assert.throws(() => parseManifest(many.join('')), { code: 'broken-answer' })
    assert.equal(parseManifest(many.slice(1).join('')).length, 10_000)
    const huge = Array.from({ length: 10 }, (_, number) => line(`f${number}`, '9'.repeat(15)))
    assert.throws(() => parseManifest(huge.join('')), { code: 'broken-answer' })
  })

  test('knows the folders above a file', () => {
    assert.deepEqual(foldersOf('a/b/c'), ['a', 'a/b'])
    assert.deepEqual(foldersOf('c'), [])
  })
})
