import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { foldersOf, formatManifest, manifestSha256, parseManifest } from './manifest.ts'

const hash = 'a'.repeat(64)
const line = (path: string, bytes: number | string = 1) => `${hash}  ${bytes}  ${path}\n`

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

  test('is known by the SHA-256 of its text', () => {
    assert.equal(manifestSha256('abc\n'), 'edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb')
  })

  test('is refused when it is cut, empty or not of such lines', () => {
    const broken = [
      '',
      '\n',
      line('a').slice(0, -1),
      `${line('a')}\n`,
      `${hash} 1 a\n`,
      `${hash.toUpperCase()}  1  a\n`,
      line('a', -1),
      line('a', '1e3'),
      line('a', '9'.repeat(16)),
      `${hash}  1  \n`,
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
