import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { pipelineEnvironment, readConfig, readGivenAssignment } from './config.ts'
import { newFolder } from './testing/new-folder.ts'

function folderWith(files: Record<string, unknown>): string {
  const folder = newFolder()
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}

const boot = { version: 1, attemptId: 'a1', token: 'secret' }

test('a boot file of the fewest words is enough', async () => {
  const folder = folderWith({ 'boot.json': boot })
  const config = await readConfig([folder], {})
  assert.equal(config.boot.offlineSeconds, 30)
  assert.equal(config.boot.serverUrl, undefined)
  assert.equal(config.machineName, basename(folder))
  assert.equal((await readConfig([folder], { MICROFETCH_MACHINE: 'mf-b1-a1' })).machineName, 'mf-b1-a1')
})

test('what an agent cannot begin with is a bad input that names the place', async () => {
  const wrong = [
    { ...boot, version: 2 },
    { ...boot, token: '' },
    { ...boot, serverUrl: 'nowhere' },
    { ...boot, offlineSeconds: -1 },
    '{',
    '',
  ]
  for (const content of wrong) {
    const folder = folderWith({ 'boot.json': content })
    await assert.rejects(readConfig([folder], {}), { code: 'bad-input', message: /boot\.json/ })
  }
  for (const argv of [[], ['a', 'b']]) await assert.rejects(readConfig(argv, {}), { code: 'bad-input', message: /usage/ })
})

test('an assignment that is not there, not whole, or of another attempt is none', async () => {
  for (const files of [{}, { 'assignment.json': '{"version":1' }, { 'assignment.json': { attemptId: 'a1' } }]) {
    const config = await readConfig([folderWith({ 'boot.json': boot, ...files })], {})
    assert.equal(await readGivenAssignment(config), undefined)
  }
})

test('a pipeline sees what it needs to find its way, and no secrets', () => {
  const seen = pipelineEnvironment({
    PATH: '/bin',
    LC_ALL: 'C',
    NXF_HOME: '/n',
    MICROFETCH_MACHINE: 'm',
    DIGITALOCEAN_TOKEN: 'x',
    AWS_SECRET: 'y',
    HOME: undefined,
  })
  assert.deepEqual(seen, { PATH: '/bin', LC_ALL: 'C', NXF_HOME: '/n', MICROFETCH_MACHINE: 'm' })
})
