import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { isReasonCode } from '../src/core/reason.ts'
import { readExitCodes } from './testing/exit-codes.ts'
import { missingForNextflow, nextflow } from './testing/nextflow-execution.ts'
import { temporaryFolder } from './testing/temporary-folder.ts'

const here = import.meta.dirname
const exitCodes = readExitCodes()

suite('what Nextflow makes of the projects', { skip: missingForNextflow(), concurrency: 2 }, () => {
  const folder = temporaryFolder('config')
  const profiles: [string, string, RegExp, number][] = [
    ['fetch', 'docker', /docker \{\s+enabled = true/, 2],
    ['assemble', 'docker', /docker \{\s+enabled = true/, 5],
    ['assemble', 'apptainer', /apptainer \{\s+enabled = true/, 5],
  ]
  for (const [recipe, profile, sign, count] of profiles) {
    test(`the profile ${profile} of ${recipe} can be read, with an image for every process`, async () => {
      const { exit, said } = await nextflow(['config', join(here, recipe), '-profile', profile], folder)
      assert.equal(exit, 0, said)
      assert.match(said, sign)
      assert.equal(said.match(/container = 'quay\.io/g)?.length, count)
    })
  }

  test('a samplesheet without a column is refused by name', async () => {
    const sheet = join(here, 'exit-codes.json')
    const { exit, said } = await nextflow(['run', join(here, 'fetch'), '--input', sheet, '--outdir', folder], folder)
    assert.equal(exit, 1)
    assert.match(said, /exit-codes\.json: missing column\(s\) run, layout/)
  })
})

test('every image is pinned by version, and by build where it has one; the README names it', () => {
  const settings = ['shared.config', 'assemble/assemble.config'].map(name => readFileSync(join(here, name), 'utf8')).join('\n')
  const readme = readFileSync(join(here, 'README.md'), 'utf8')
  const images = settings.match(/quay\.io\/[^']+/g) ?? []
  assert.equal(new Set(images).size, 5)
  for (const image of images) {
    assert.match(image, /:\d+\.\d+\.\d+(--h[0-9a-f]+_\d+)?$/)
    assert.ok(readme.includes(`\`${image}\``), image)
  }
})

test('every exit code means a known reason, and every process has an answer for any other code', () => {
  for (const [name, codes] of Object.entries(exitCodes)) {
    assert.ok('*' in codes, name)
    for (const [code, { reason, cure }] of Object.entries(codes)) {
      assert.match(code, /^(\d+|-|\*)$/)
      assert.ok(isReasonCode(reason), `${name} ${code}: ${reason}`)
      assert.ok(['retry', 'memory', 'none'].includes(cure), `${name} ${code}: ${cure}`)
    }
  }
})

test('every exit code that a script gives stands in exit-codes.json with that reason', () => {
  const processOf: Record<string, string> = {
    'fetch-run.sh': 'FETCH',
    'trim-run.sh': 'FASTP',
    'assemble-run.sh': 'ASSEMBLE',
    'hand-over.sh': 'HAND_OVER',
  }
  let seen = 0
  for (const [script, name] of Object.entries(processOf)) {
    const text = readFileSync(join(here, 'bin', script), 'utf8')
    for (const [, code = '', reason = ''] of text.matchAll(/\bfail (\d+) ([A-Z0-9_]+)/g)) {
      assert.equal((exitCodes[name]?.[code] ?? exitCodes['*']?.[code])?.reason, reason, `${script}: fail ${code} ${reason}`)
      seen += 1
    }
  }
  assert.ok(seen >= 20, `only ${seen} exits were found`)
})

test('every exit code of exit-codes.json stands in the table of the README with its reason', () => {
  const readme = readFileSync(join(here, 'README.md'), 'utf8')
  for (const [name, codes] of Object.entries(exitCodes)) {
    for (const [code, { reason, cure }] of Object.entries(codes)) {
      // What holds for every process stands once.
      const shown = JSON.stringify(codes[code]) === JSON.stringify(exitCodes['*']?.[code]) ? '*' : name
      const literal = (text: string): string => '`' + text.replace('*', '\\*') + '`'
      const row = new RegExp(`^\\| ${literal(shown)} \\|.*${literal(code)}.*\\| ${reason} \\| ${cure} \\|`, 'm')
      assert.match(readme, row, `${name} ${code} ${reason} ${cure}`)
    }
  }
})

test('the scripts are those that the modules call', () => {
  const modules = readdirSync(join(here, 'modules')).map(name => readFileSync(join(here, 'modules', name), 'utf8'))
  const called = modules.flatMap(text => [...text.matchAll(/bash tools\/([\w-]+\.sh)/g)].map(([, script]) => script))
  assert.deepEqual([...called, 'reason.sh'].sort(), readdirSync(join(here, 'bin')).sort())
})
