import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ownCommand } from './own-command.ts'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

suite('the command that people are told to type', () => {
  test('is the launcher beside them in a checkout', () => {
    assert.equal(ownCommand(checkout), './microfetch')
    assert.ok(existsSync(join(checkout, ownCommand(checkout))))
  })

  test('is a whole path from anywhere else', () => {
    assert.equal(ownCommand('/somewhere/else'), join(checkout, 'microfetch'))
  })
})
