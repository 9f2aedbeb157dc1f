import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressAt, gatewayOf, lastPlace, netmaskOf } from './network.ts'
import { AddressPool } from './world/address-pool.ts'

test('a network has a gateway, a mask and addresses up to the one before its last', () => {
  const network = { cidr: '10.1.240.0/20' }
  assert.equal(gatewayOf(network), '10.1.240.1')
  assert.equal(netmaskOf(network), '255.255.240.0')
  assert.equal(addressAt(network, 256), '10.1.241.0')
  assert.equal(addressAt(network, lastPlace(network)), '10.1.255.254')
  assert.throws(() => addressAt(network, lastPlace(network) + 1), /has no address/)
  assert.equal(addressAt({ cidr: '255.255.255.252/30' }, 2), '255.255.255.254')
})

test('what is no network is refused', () => {
  for (const cidr of ['10.0.0.0', '10.0.0/24', '10.0.0.256/24', '10.0.0.0/31', '10.0.0.0/x']) {
    assert.throws(() => gatewayOf({ cidr }), /is no network/, cidr)
  }
})

test('a pool gives returned addresses again as often as asked, and always when nothing else is left', () => {
  const pool = new AddressPool({ cidr: '198.51.100.0/29' }, 2)
  const take = (reuse: number, chance = 0.5) => pool.take(reuse, chance, 0)
  assert.deepEqual([take(1), take(1)], ['198.51.100.2', '198.51.100.3'])
  pool.giveBack('198.51.100.2')
  assert.equal(take(0.25), '198.51.100.4')
  assert.equal(take(0.75), '198.51.100.2')
  pool.giveBack('198.51.100.3')
  assert.deepEqual([take(0), take(0), take(0)], ['198.51.100.5', '198.51.100.6', '198.51.100.3'])
  assert.throws(() => take(0), /has no address/)
})
