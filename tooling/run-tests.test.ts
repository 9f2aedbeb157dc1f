import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { testFiles } from './test-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-tests-'))
after(() => rmSync(folder, { recursive: true }))
const program = fileURLToPath(new URL('./run-tests.ts', import.meta.url))

/** A project with these test files. */
function aProject(name: string, files: Record<string, string>): string {
  const project = join(folder, name)
  mkdirSync(project)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true })
    writeFileSync(join(project, path), text)
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  return project
}

/** Runs the tests of a project: exit status, and the last words. */
function outcomeOf(project: string, ...words: string[]): { status: number | null; last: string; output: string } {
  // The runner refuses to run inside another one that it can see.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, `--folder=${project}`, ...words], {
    encoding: 'utf8',
    env: environment,
  })
  return { status, last: stdout.trimEnd().split('\n').at(-1) ?? '', output: stdout + stderr }
}

const good = `import { test } from 'node:test'\ntest('holds', () => {})\n`
const bad = `import { suite, test } from 'node:test'\nsuite('parts', () => { test('breaks', () => { throw new Error('x') }) })\n`
const absent = `import { suite, test } from 'node:test'\nsuite('with a tool', { skip: 'there is no tool' }, () => { test('a', () => {}) })\n`

suite('the tests as a whole', () => {
  test('pass when each passed, and end with the count', () => {
    const { status, last } = outcomeOf(aProject('good', { 'src/a.test.ts': good, 'test/b.test.ts': good }))
    assert.equal(status, 0)
    assert.match(last, /^2 tests in 2 files: 2 passed, 0 failed, 0 not run, in \d+ s$/)
  })

  test('fail when one failed, and name it once more at the end', () => {
    const { status, last, output } = outcomeOf(aProject('bad', { 'src/a.test.ts': good, 'src/b.test.ts': bad }))
    assert.equal(status, 1)
    assert.match(last, /^2 tests in 2 files: 1 passed, 1 failed/)
    assert.match(output, /FAILED: 1\n {2}- breaks {2}\(src\/b\.test\.ts\)/)
  })

  test('say loudly what could not run, and do not count it as passed', () => {
    const { status, last, output } = outcomeOf(aProject('absent', { 'src/a.test.ts': good, 'src/b.test.ts': absent }))
    assert.equal(status, 0)
    assert.match(last, /^2 tests in 2 files: 1 passed, 0 failed, 1 not run/)
    assert.match(output, /NOT RUN: 1 .*\n {2}- with a tool {2}\(src\/b\.test\.ts\): there is no tool/)
  })

  test('fail when a file cannot be loaded or holds no test', () => {
    const project = aProject('broken', {
      'src/a.test.ts': good,
      'src/b.test.ts': `import './gone.ts'\n`,
      'src/c.test.ts': 'export {}\n',
    })
    const { status, last } = outcomeOf(project)
    assert.equal(status, 1)
    assert.match(last, /1 passed, 2 failed/)
  })

  test('fail when there is no test to run', () => {
    assert.equal(outcomeOf(aProject('empty', {})).status, 1)
    assert.equal(outcomeOf(aProject('other', { 'src/a.test.ts': good }), 'nothing-like-it').status, 1)
  })

  test('are chosen by a part of their path, and the fast ones are those beside the code', () => {
    const project = aProject('groups', {
      'src/core/a.test.ts': good,
      'test/chaos/b.test.ts': good,
      'test/layout.test.ts': good,
      'pipelines/c.test.ts': good,
    })
    assert.deepEqual(testFiles(project, [], 'fast').sort(), ['src/core/a.test.ts', 'test/layout.test.ts'])
    assert.equal(testFiles(project, [], 'all').length, 4)
    assert.deepEqual(testFiles(project, ['chaos'], 'all'), ['test/chaos/b.test.ts'])
  })
})
