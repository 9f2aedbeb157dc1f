import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { cloudFaultMenu } from './cloud-fault-menu.ts'

test('every fault on the menu has a name of its own, a sentence, and one hook', () => {
  assert.equal(new Set(cloudFaultMenu.map(({ name }) => name)).size, cloudFaultMenu.length)
  for (const fault of cloudFaultMenu) {
    assert.match(fault.name, /^[a-z0-9]+(-[a-z0-9]+)*$/)
    assert.match(fault.does, /^[A-Z].*\.$/)
    const hooks = [
      fault.instead,
      fault.travel,
      fault.birth,
      fault.leavesOut,
      fault.freezes,
      fault.destroy,
      fault.mishap,
      fault.skew,
    ]
    assert.equal(hooks.filter(hook => hook !== undefined).length, 1, fault.name)
  }
})

test('every fault on the menu is tried by a test', async () => {
  const files = ['call-faults.test.ts', 'droplet-faults.test.ts']
  const texts = await Promise.all(files.map(file => readFile(new URL(file, import.meta.url), 'utf8')))
  const untried = cloudFaultMenu.filter(({ name }) => !texts.some(text => text.includes(`'${name}'`)))
  assert.deepEqual(
    untried.map(({ name }) => name),
    [],
  )
})
