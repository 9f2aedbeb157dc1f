import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import * as v from 'valibot'
import type { DropletSpec } from './droplet-hosts.ts'
import { answerMetadata, metadataListener } from './metadata-tree.ts'
import { openTestCloud } from './open-test-cloud.ts'

const droplet: DropletSpec = {
  ...{ id: 2756294, name: 'mf-a1', region: 'fra1', memoryMb: 1024, vcpus: 1, diskGb: 25 },
  ...{ publicAddress: '198.18.0.40', privateAddress: '10.106.0.41' },
  userData: '#cloud-config\n{}\n',
  sshKeys: ['ssh-ed25519 AAAA one', 'ssh-ed25519 BBBB two'],
  tags: ['mf', 'mf-attempt:1'],
}

const leaves: [string, string][] = [
  ['id', '2756294'],
  ['hostname', 'mf-a1'],
  ['user-data', '#cloud-config\n{}\n'],
  ['vendor-data', '#cloud-config\ndisable_root: false\nmanage_etc_hosts: true\n'],
  ['public-keys', 'ssh-ed25519 AAAA one\nssh-ed25519 BBBB two'],
  ['region', 'fra1'],
  ['interfaces/public/0/ipv4/address', '198.18.0.40'],
  ['interfaces/public/0/ipv4/netmask', '255.255.0.0'],
  ['interfaces/public/0/ipv4/gateway', '198.18.0.1'],
  ['interfaces/public/0/mac', '04:01:00:2a:0e:c6'],
  ['interfaces/public/0/type', 'public'],
  ['interfaces/private/0/ipv4/address', '10.106.0.41'],
  ['interfaces/private/0/ipv4/gateway', '10.106.0.1'],
  ['interfaces/private/0/type', 'private'],
  ['dns/nameservers', '198.18.0.1'],
  ['floating_ip/ipv4/active', 'false'],
  ['reserved_ip/ipv4/active', 'false'],
  ['features/dhcp_enabled', 'false'],
]

const folders: [string, string][] = [
  [
    '',
    'id\nhostname\nuser-data\nvendor-data\npublic-keys\nregion\ninterfaces/\ndns/\nfloating_ip/\nreserved_ip/\ntags/\nfeatures/',
  ],
  ['interfaces/', 'public/\nprivate/'],
  ['interfaces/public/', '0/'],
  ['interfaces/public/0/', 'mac\ntype\nipv4/'],
  ['interfaces/private/0/ipv4/', 'address\nnetmask\ngateway'],
  ['dns/', 'nameservers'],
  ['tags/', 'mf\nmf-attempt:1'],
  ['features/', 'dhcp_enabled'],
]

test('every leaf and every folder of the tree is told', () => {
  for (const [path, text] of [...leaves, ...folders]) {
    const answer = answerMetadata(droplet, `/metadata/v1/${path}`)
    assert.deepEqual({ status: answer.status, text: answer.text }, { status: 200, text }, path)
  }
})

test('a folder without its slash leads to the one with it', () => {
  for (const path of ['/metadata/v1', ...folders.slice(1).map(([folder]) => `/metadata/v1/${folder.slice(0, -1)}`)]) {
    assert.partialDeepStrictEqual(answerMetadata(droplet, path), { status: 301, location: `${path}/` })
  }
})

test('what is not there is 404, and so is everything to whoever is no droplet', () => {
  const nowhere = ['/', '/metadata', '/metadata/v2/', '/metadata/v1/id/', '/metadata/v1/none', '/metadata/v1/tags/mf']
  const odd = ['/metadata/v1/interfaces/public/1/mac', '/metadata/v1/constructor', '/metadata/v1//id', '/metadata/v1.jsonx']
  for (const path of [...nowhere, ...odd]) assert.equal(answerMetadata(droplet, path).status, 404, path)
  for (const path of ['/metadata/v1/', '/metadata/v1.json', '/metadata/v1/id']) {
    assert.equal(answerMetadata(undefined, path).status, 404, path)
  }
})

const ipv4 = v.pipe(v.string(), v.ipv4())
const mac = v.pipe(v.string(), v.mac48())
const address = v.object({ ip_address: ipv4, netmask: ipv4, gateway: ipv4 })
const whole = v.object({
  droplet_id: v.number(),
  hostname: v.string(),
  user_data: v.string(),
  vendor_data: v.string(),
  public_keys: v.array(v.string()),
  region: v.string(),
  interfaces: v.object({
    public: v.array(v.object({ ipv4: address, mac, type: v.literal('public') })),
    private: v.array(v.object({ ipv4: address, mac, type: v.literal('private') })),
  }),
  dns: v.object({ nameservers: v.array(v.string()) }),
  floating_ip: v.object({ ipv4: v.object({ active: v.boolean() }) }),
  reserved_ip: v.object({ ipv4: v.object({ active: v.boolean() }) }),
  tags: v.array(v.string()),
  features: v.object({ dhcp_enabled: v.boolean() }),
})

test('the whole is told as JSON of the published shape', () => {
  const { type, text } = answerMetadata(droplet, '/metadata/v1.json')
  assert.equal(type, 'application/json')
  const told = v.parse(whole, JSON.parse(text))
  assert.deepEqual(told.interfaces.public[0]?.ipv4, {
    ip_address: '198.18.0.40',
    netmask: '255.255.0.0',
    gateway: '198.18.0.1',
  })
  assert.deepEqual(told.public_keys, droplet.sshKeys)
  assert.equal(told.user_data, droplet.userData)
})

test('networks, hardware addresses, name servers and vendor data are as the host says', () => {
  const options = {
    networks: { public: { cidr: '198.51.100.0/24' }, private: { cidr: '10.1.0.0/20' } },
    macOf: (id: number, side: string) => `${side} of ${id}`,
    nameservers: ['192.0.2.53', '192.0.2.54'],
    vendorData: 'none',
  }
  const told = (path: string) => answerMetadata(droplet, `/metadata/v1/${path}`, options).text
  assert.equal(told('interfaces/public/0/ipv4/netmask'), '255.255.255.0')
  assert.equal(told('interfaces/private/0/ipv4/netmask'), '255.255.240.0')
  assert.equal(told('interfaces/private/0/mac'), 'private of 2756294')
  assert.equal(told('dns/nameservers'), '192.0.2.53\n192.0.2.54')
  assert.equal(told('vendor-data'), 'none')
})

test('over plain HTTP a droplet is known by the address it asks from', async t => {
  const asked: string[] = []
  const listener = metadataListener((publicAddress, privateAddress) => {
    asked.push(publicAddress, privateAddress)
    return droplet
  })
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  assert.equal(await (await fetch(`${url}/metadata/v1/id`)).text(), '2756294')
  assert.deepEqual(asked, ['127.0.0.1', '127.0.0.1'])
  assert.equal(await (await fetch(`${url}/metadata/v1/interfaces`)).text(), 'public/\nprivate/', 'a redirect is followed')
  assert.equal((await fetch(`${url}/metadata/v1/id`, { method: 'POST' })).status, 405)
})

test('the world tells of the droplet that has an address now, and of no droplet that is gone', async t => {
  const cloud = await openTestCloud(t, { addressReuse: 1 })
  const old = await cloud.born({ name: 'mf-old' })
  const { publicAddress = '', privateAddress = '' } = cloud.world.look(old) ?? {}
  await cloud.pass(120)
  assert.equal(cloud.world.metadataOf(publicAddress, publicAddress)?.name, 'mf-old')
  assert.equal(cloud.world.metadataOf(privateAddress, privateAddress)?.name, 'mf-old')
  await cloud.ask('DELETE', `droplets/${old}`)
  await cloud.pass(20)
  assert.equal(cloud.world.metadataOf(publicAddress, publicAddress), undefined)
  await cloud.born({ name: 'mf-young' })
  assert.equal(cloud.world.metadataOf(publicAddress, publicAddress)?.name, 'mf-young')
})
