import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type FolderPaths, folderPaths } from './folder-paths.ts'
import { takeRun } from './take-run.ts'
import { newFolder } from './testing/new-folder.ts'

const never = new AbortController().signal

function layPaths(): FolderPaths {
  const paths = folderPaths(newFolder())
  for (const folder of [paths.out, paths.results, paths.resultsTmp]) mkdirSync(folder)
  return paths
}

function anOutput(paths: FolderPaths, path: string, text: string): { source: string; path: string } {
  const source = join(paths.out, path.replaceAll('/', '-').slice(-50))
  writeFileSync(source, text)
  return { source, path }
}

test('what an earlier agent left half or whole under that name is replaced', async () => {
  const paths = layPaths()
  for (const folder of [paths.results, paths.resultsTmp]) {
    mkdirSync(join(folder, 'ERR000001'))
    writeFileSync(join(folder, 'ERR000001', 'old'), 'old')
  }
  await takeRun(paths, { run: 'ERR000001', files: [anOutput(paths, 'a/new', 'x')], expected: new Map() }, never)
  assert.deepEqual(readdirSync(join(paths.results, 'ERR000001')).sort(), ['a', 'manifest.sha256'])
  assert.deepEqual(readdirSync(paths.resultsTmp), [])
})

test('a file of several chunks is copied whole', async () => {
  const paths = layPaths()
  const text = 'x'.repeat(2_500_001)
  await takeRun(paths, { run: 'ERR000001', files: [anOutput(paths, 'big', text)], expected: new Map() }, never)
  assert.equal(readFileSync(join(paths.results, 'ERR000001', 'big'), 'utf8'), text)
  assert.match(
    readFileSync(join(paths.results, 'ERR000001', 'manifest.sha256'), 'utf8'),
    /^# 2500001 bytes\n[0-9a-f]{64} {2}big\n$/,
  )
})

test('names that the other end would refuse, or that would hide our manifest, are refused here, and nothing is left behind', async () => {
  const paths = layPaths()
  const wrong = [['new\nline'], ['manifest.sha256'], ['Case', 'case'], ['a/../b'], ['x'.repeat(500)]]
  for (const names of wrong) {
    const files = names.map(name => anOutput(paths, name, 'x'))
    await assert.rejects(takeRun(paths, { run: 'ERR000001', files, expected: new Map() }, never), { code: 'broken-answer' })
  }
  assert.deepEqual([...readdirSync(paths.results), ...readdirSync(paths.resultsTmp)], [])
})

test('a run without a byte is not handed over', async () => {
  const paths = layPaths()
  for (const files of [[], [anOutput(paths, 'empty', '')]]) {
    await assert.rejects(takeRun(paths, { run: 'ERR000001', files, expected: new Map() }, never), { code: 'not-found' })
  }
})

test('once the attempt is closed nothing more is handed over', async () => {
  const paths = layPaths()
  const gone = new AbortController()
  gone.abort()
  const files = [anOutput(paths, 'a', 'x')]
  await assert.rejects(takeRun(paths, { run: 'ERR000001', files, expected: new Map() }, gone.signal), { code: 'not-allowed' })
  assert.ok(!existsSync(join(paths.results, 'ERR000001')))
})
