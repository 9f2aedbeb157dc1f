import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from './turnstile.ts'

test('no more pass at once than there are places, in the order in which they came, also when some of them fail', async () => {
  const turnstile = new Turnstile(2)
  const begun: number[] = []
  const ends: ((failed: boolean) => void)[] = []
  const all = [0, 1, 2, 3].map(place =>
    turnstile.pass(async () => {
      begun.push(place)
      if (await new Promise<boolean>(resolve => (ends[place] = resolve))) throw new Error('failed')
      return place
    }),
  )
  const settled = Promise.allSettled(all)
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  await settle()
  assert.deepEqual(begun, [0, 1])
  ends[1]?.(true)
  await settle()
  assert.deepEqual(begun, [0, 1, 2])
  ends[0]?.(false)
  await settle()
  assert.deepEqual(begun, [0, 1, 2, 3])
  ends[2]?.(false)
  ends[3]?.(false)
  assert.deepEqual(
    (await settled).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
})
