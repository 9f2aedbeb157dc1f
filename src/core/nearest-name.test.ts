import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { nearestName } from './nearest-name.ts'

suite('the nearest name', () => {
  const names = ['ena.portal_url', 'ena.files_url', 'policy.max_workers', 'policy.max_held']

  test('a slip of the keyboard is understood', () => {
    assert.equal(nearestName('ena.portal_ulr', names), 'ena.portal_url')
    assert.equal(nearestName('ENA.PORTAL_URL', names), 'ena.portal_url')
    assert.equal(nearestName('policy.maxworkers', names), 'policy.max_workers')
    assert.equal(nearestName('ena.file_url', names), 'ena.files_url')
  })

  test('something else altogether is not', () => {
    assert.equal(nearestName('colour', names), undefined)
    assert.equal(nearestName('x', names), undefined)
    assert.equal(nearestName('anything', []), undefined)
  })
})
