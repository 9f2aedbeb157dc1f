import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { hashOfFiles, projectCommit } from './project-commit.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-project-'))
after(() => rmSync(folder, { recursive: true }))

/** A small project in a folder of that name. */
function aProject(name: string): string {
  const project = join(folder, name)
  mkdirSync(join(project, 'modules'), { recursive: true })
  writeFileSync(join(project, 'main.nf'), 'workflow {}\n')
  writeFileSync(join(project, 'modules', 'a.nf'), 'process A {}\n')
  return project
}

function git(project: string, ...words: string[]): string {
  return execFileSync('git', ['-C', project, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
    encoding: 'utf8',
  }).trim()
}

suite('what names a project', () => {
  test('is the same hash wherever the same files lie, and another one when a file or its name changes', async () => {
    const project = aProject('one')
    cpSync(project, join(folder, 'two'), { recursive: true })
    const named = await projectCommit(project)
    assert.match(named, /^[0-9a-f]{64}$/)
    assert.equal(await projectCommit(join(folder, 'two')), named)
    writeFileSync(join(project, 'modules', 'a.nf'), 'process B {}\n')
    assert.notEqual(await projectCommit(project), named)
    renameSync(join(folder, 'two', 'modules', 'a.nf'), join(folder, 'two', 'modules', 'b.nf'))
    assert.notEqual(await projectCommit(join(folder, 'two')), named)
  })

  test('does not change by what Nextflow leaves behind', async () => {
    const project = aProject('left')
    const named = await projectCommit(project)
    mkdirSync(join(project, 'work', 'ab'), { recursive: true })
    writeFileSync(join(project, 'work', 'ab', 'x'), 'x')
    writeFileSync(join(project, '.nextflow.log.1'), 'x')
    assert.equal(await projectCommit(project), named)
  })

  test('is the commit of a clean checkout, and a hash again when a file was changed', async () => {
    const project = aProject('git')
    git(project, 'init', '-q')
    git(project, 'add', '-A')
    git(project, 'commit', '-q', '-m', 'first')
    assert.equal(await projectCommit(project), git(project, 'rev-parse', 'HEAD'))
    mkdirSync(join(project, 'work'))
    assert.equal(await projectCommit(project), git(project, 'rev-parse', 'HEAD'))
    writeFileSync(join(project, 'main.nf'), 'workflow { A() }\n')
    assert.match(await projectCommit(project), /^[0-9a-f]{64}$/)
  })

  test('leaves out what is not a part of it', async () => {
    const project = aProject('parts')
    const named = await hashOfFiles([project], name => !name.endsWith('.md'))
    writeFileSync(join(project, 'README.md'), 'x')
    assert.equal(await hashOfFiles([project], name => !name.endsWith('.md')), named)
  })
})
