import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { findOutputs } from './output-files.ts'
import { newFolder } from './testing/new-folder.ts'

function lay(...paths: string[]): string {
  const out = newFolder()
  for (const path of paths) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), path)
  }
  return out
}

async function found(out: string, ...patterns: string[]): Promise<string[]> {
  return (await findOutputs(out, patterns, 'ERR123456')).map(file => file.path)
}

test('a run has its own folder, whose name does not appear in the results', async () => {
  const out = lay('ERR123456/a', 'ERR123456/b/c/d', 'ERR123456/.hidden', 'ERR1234567/a', 'XERR123456/a')
  for (const pattern of ['{run}', '{run}/*', '{run}/**', './{run}//**'])
    assert.deepEqual(await found(out, pattern), ['a', 'b/c/d'])
})

test('a run has what bears its accession as a whole word, and what only looks so is another’s', async () => {
  const out = lay(
    'qc/ERR123456_1.html',
    'qc/ERR123456.json',
    'qc/ERR1234567_1.html',
    'qc/all.html',
    'x/y/ERR123456.bam',
    'ERR123456.bam',
  )
  assert.deepEqual(await found(out, 'qc/{run}*'), ['qc/ERR123456.json', 'qc/ERR123456_1.html'])
  assert.deepEqual(await found(out, '*/{run}?json'), ['qc/ERR123456.json'])
  assert.deepEqual(await found(out, '**/{run}.bam'), ['ERR123456.bam', 'x/y/ERR123456.bam'])
  assert.deepEqual(await found(out, 'qc/{run}.(json|html)'), [])
})

test('one file taken by two patterns is one, two files of one name are refused', async () => {
  const out = lay('ERR123456/a', 'a/ERR123456')
  assert.deepEqual(await found(out, '{run}/a', '{run}/*'), ['a'])
  const twice = lay('ERR123456/qc/ERR123456', 'qc/ERR123456')
  await assert.rejects(found(twice, '{run}/**', 'qc/{run}'), { code: 'broken-answer' })
})

test('no pattern leads out of the output folder, and none goes round in circles', async () => {
  const out = lay('ERR123456/a')
  await assert.rejects(found(out, '{run}/../../x'), { code: 'bad-input' })
  for (const name of ['up', 'up-too']) symlinkSync('..', join(out, 'ERR123456', name))
  symlinkSync('nowhere', join(out, 'ERR123456', 'dangling'))
  assert.deepEqual(await found(out, '{run}/**'), ['a', 'dangling'])
  assert.deepEqual(await found(join(out, 'nowhere'), '{run}/**'), [])
})
