import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { findNextflow } from './nextflow-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'mf-nextflow-'))
after(() => rmSync(folder, { recursive: true }))

function aProgram(...parts: string[]): string {
  const path = join(folder, ...parts)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o755)
  return path
}

suite('the command that starts Nextflow', () => {
  const onPath = aProgram('bin', 'nextflow')
  aProgram('package', '.tools', 'nextflow-9.10.0', 'nextflow')
  const brought = aProgram('package', '.tools', 'nextflow-24.10.8', 'nextflow')

  test('is that of the setting, whatever else there is', () => {
    const found = findNextflow(['/opt/nf', '-q'], join(folder, 'bin'), join(folder, 'package'))
    assert.deepEqual(found, { kind: 'found', command: ['/opt/nf', '-q'], from: 'setting' })
  })

  test('is the one on PATH, else the newest that set-up brought', () => {
    const nowhere = join(folder, 'nowhere')
    assert.deepEqual(findNextflow([], `${nowhere}:${join(folder, 'bin')}`, join(folder, 'package')), {
      kind: 'found',
      command: [onPath],
      from: 'PATH',
    })
    assert.deepEqual(findNextflow([], nowhere, join(folder, 'package')), { kind: 'found', command: [brought], from: 'setup' })
  })

  test('is missing with words about what to do', () => {
    const found = findNextflow([], undefined, join(folder, 'empty'))
    assert.equal(found.kind, 'missing')
    assert.match(found.kind === 'missing' ? found.cure : '', /install\.sh/)
  })

  test('a file that cannot be executed is no program', () => {
    mkdirSync(join(folder, 'plain'))
    writeFileSync(join(folder, 'plain', 'nextflow'), 'x')
    assert.equal(findNextflow([], join(folder, 'plain'), join(folder, 'empty')).kind, 'missing')
  })
})
