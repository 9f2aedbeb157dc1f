import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { atOnce } from './at-once.ts'

suite('Several at once', () => {
  test('keeps the order of results and never has more under way than allowed', async () => {
    let underWay = 0
    let most = 0
    const results = await atOnce([5, 1, 3, 2, 4], 2, async number => {
      underWay += 1
      most = Math.max(most, underWay)
      for (let turn = 0; turn < number; turn += 1) await Promise.resolve()
      underWay -= 1
      return number * 10
    })
    assert.deepEqual(results, [50, 10, 30, 20, 40])
    assert.equal(most, 2)
  })

  test('begins nothing more after a fault, and throws it when what had begun has ended', async () => {
    const begun: number[] = []
    const ended: number[] = []
    const act = async (number: number) => {
      begun.push(number)
      await Promise.resolve()
      if (number === 1) throw new Error('one')
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
      ended.push(number)
    }
    await assert.rejects(atOnce([1, 2, 3, 4], 2, act), /one/)
    assert.deepEqual(begun, [1, 2])
    assert.deepEqual(ended, [2])
  })

  test('of nothing is nothing', async () => {
    assert.deepEqual(await atOnce([], 3, () => Promise.reject(new Error('called'))), [])
  })
})
