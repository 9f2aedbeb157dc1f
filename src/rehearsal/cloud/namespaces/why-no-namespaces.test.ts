import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Machinery, whyNoNamespaces } from './why-no-namespaces.ts'

const light = { cloudInit: 'light' } as const
const complete: Machinery = {
  userId: 0,
  has: () => true,
  trees: { version: 1, memory: '/m', cpu: '/c', freezer: '/f' },
  rehearse: () => undefined,
}

test('nothing is said where everything is there', () => {
  assert.equal(whyNoNamespaces(light, complete), undefined)
})

test('each thing that is missing is named, with what to do about it', () => {
  const without = (change: Partial<Machinery>, cloudInit: 'real' | 'light' = 'light'): string =>
    whyNoNamespaces({ cloudInit }, { ...complete, ...change }) ?? ''
  assert.match(without({ userId: 1000 }), /need root.*sudo/)
  assert.match(
    without({ has: program => !['nft', 'sshd', 'ip', 'tc'].includes(program) }),
    /apt-get install iproute2 nftables openssh-server$/,
  )
  assert.match(without({ trees: { version: 2, memory: undefined, cpu: undefined, freezer: '/f' } }), /control groups for memory:/)
  assert.match(without({ rehearse: () => 'unknown filesystem type overlay' }), /--privileged\): unknown filesystem type overlay/)
})

test('cloud-init is missed only by those who want the real one', () => {
  const machinery = { ...complete, has: (program: string) => program !== 'cloud-init' }
  assert.equal(whyNoNamespaces(light, machinery), undefined)
  assert.match(whyNoNamespaces({ cloudInit: 'real' }, machinery) ?? '', /apt-get install cloud-init$/)
})

test('who is not root is told so before anything is tried', () => {
  const rehearse = (): string => assert.fail('it was tried')
  assert.match(whyNoNamespaces(light, { ...complete, userId: 33, rehearse }) ?? '', /need root:/)
})
