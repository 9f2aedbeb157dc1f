import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Recipe, RecipeProject } from '../../../core/recipe.ts'
import { type KitParts, type KitRecipe, makeKit, projectOnDroplet } from './kit.ts'

function aFolder(t: TestContext, files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'microfetch-kit-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

function aRecipe(project: RecipeProject, at: string): KitRecipe {
  const samplesheet = { delimiter: ',' as const, lines: 'file' as const, columns: {} }
  const recipe: Recipe = {
    name: 'r',
    project,
    profile: '',
    params: {},
    samplesheet,
    outputs: [],
    complete: undefined,
    exitCodes: {},
  }
  return { recipe, project: at }
}

function parts(folder: string, recipes: Record<string, KitRecipe>): KitParts {
  const path = join(folder, 'the-agent.mjs')
  writeFileSync(path, 'agent')
  const sha256 = createHash('sha256').update('agent').digest('hex')
  return { agent: { path, sha256 }, recipes: new Map(Object.entries(recipes)) }
}

test('a kit unpacks to the agent and the projects of recipes, with their modes', async t => {
  const long = `a/${'deep/'.repeat(25)}file`
  const project = aFolder(t, {
    'main.nf': 'workflow {}',
    'bin/tool.sh': '#!/bin/sh',
    [long]: 'far down',
    '.git/config': 'no',
    'work/x': 'no',
    '.nextflow.log.1': 'no',
  })
  chmodSync(join(project, 'bin/tool.sh'), 0o755)
  const ours = aFolder(t, {
    'pipelines/fetch/main.nf': 'f',
    'pipelines/shared.config': 's',
    'pipelines/x.test.ts': 'no',
    'pipelines/testing/y': 'no',
    'pipelines/README.md': 'no',
  })
  const into = aFolder(t)
  const kit = await makeKit(
    parts(into, {
      mine: aRecipe({ kind: 'path', path: project }, project),
      fetch: aRecipe({ kind: 'ours', name: 'fetch' }, join(ours, 'pipelines/fetch')),
      web: aRecipe({ kind: 'repository', url: 'https://host/x', revision: 'v1' }, 'https://host/x'),
    }),
    join(into, 'kits'),
  )
  const out = aFolder(t)
  execFileSync('tar', ['-xzf', kit.path, '-C', out])
  const found = execFileSync('find', ['.', '-type', 'f', '-printf', '%P %m %s\\n'], { cwd: out, encoding: 'utf8' })
    .trim()
    .split('\n')
    .sort()
  assert.deepEqual(found, [
    'agent.mjs 644 5',
    'pipelines/fetch/main.nf 644 1',
    'pipelines/shared.config 644 1',
    `projects/mine/${long} 644 8`,
    'projects/mine/bin/tool.sh 755 9',
    'projects/mine/main.nf 644 11',
  ])
  assert.equal(createHash('sha256').update(readFileSync(kit.path)).digest('hex'), kit.sha256)
  assert.equal(statSync(kit.path).size, kit.bytes)
  assert.deepEqual(readdirSync(join(into, 'kits')), [`${kit.sha256}.tar.gz`])
})

test('the same agent and projects give the same kit, whatever their dates and the order of recipes', async t => {
  const [one, other] = [aFolder(t, { 'main.nf': 'a', z: 'b' }), aFolder(t, { z: 'b', 'main.nf': 'a' })]
  utimesSync(join(other, 'main.nf'), 1, 1)
  const into = aFolder(t)
  const first = aRecipe({ kind: 'path', path: one }, one)
  const second = aRecipe({ kind: 'path', path: other }, other)
  const kits = [
    await makeKit(parts(into, { a: first, b: second }), into),
    await makeKit(parts(into, { b: first, a: second }), into),
  ]
  assert.equal(kits[0]?.sha256, kits[1]?.sha256)
  writeFileSync(join(other, 'z'), 'c')
  assert.notEqual((await makeKit(parts(into, { a: first, b: second }), into)).sha256, kits[0]?.sha256)
})

test('Nextflow is told where the project lies on the droplet, and of a repository what it is told here', () => {
  const there = '/opt/microfetch/kits/abc'
  assert.equal(
    projectOnDroplet('abc', 'x', aRecipe({ kind: 'ours', name: 'assemble' }, '/p/pipelines/assemble')),
    `${there}/pipelines/assemble`,
  )
  assert.equal(
    projectOnDroplet('abc', 'mine', aRecipe({ kind: 'path', path: '/home/me/p' }, '/home/me/p')),
    `${there}/projects/mine`,
  )
  assert.equal(
    projectOnDroplet('abc', 'mine', aRecipe({ kind: 'path', path: '/p/a.nf' }, '/p/a.nf')),
    `${there}/projects/mine/a.nf`,
  )
  const url = 'https://host/group/name'
  assert.equal(projectOnDroplet('abc', 'web', aRecipe({ kind: 'repository', url, revision: 'v1' }, url)), url)
})

test('what cannot be carried is refused: links, a project of gigabytes, an agent that has changed', async t => {
  const into = aFolder(t)
  const linked = aFolder(t, { 'main.nf': 'a' })
  symlinkSync('/etc/passwd', join(linked, 'link'))
  await assert.rejects(makeKit(parts(into, { a: aRecipe({ kind: 'path', path: linked }, linked) }), into), {
    code: 'refused',
    message: /link is neither/,
  })
  const large = aFolder(t, { 'main.nf': 'a', reference: '' })
  truncateSync(join(large, 'reference'), 70_000_000)
  await assert.rejects(makeKit(parts(into, { a: aRecipe({ kind: 'path', path: large }, large) }), into), {
    code: 'refused',
    message: /reference/,
  })
  const changed = parts(into, {})
  writeFileSync(changed.agent.path, 'another')
  await assert.rejects(makeKit(changed, into), { code: 'refused', message: /not the agent/ })
  assert.deepEqual(readdirSync(into), ['the-agent.mjs'])
})
