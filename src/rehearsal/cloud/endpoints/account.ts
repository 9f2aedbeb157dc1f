import * as v from 'valibot'
import { hasScope } from '../api-token.ts'
import { pageOf } from '../answers/page.ts'
import type { CloudExchange, Reply } from '../exchange.ts'
import { notFound, unprocessable } from '../refusal.ts'
import type { SshKey } from '../world/key-book.ts'
import type { Endpoint } from './endpoint.ts'

const keyBody = v.object({ name: v.pipe(v.string(), v.minLength(1)), public_key: v.string() })

/** The kind of call that has a limit of its own. */
export const keyListKind = 'GET /v2/account/keys'

/** The account and its ssh keys. */
export const accountEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/v2/account', scopes: ['account:read'], answer: showAccount },
  {
    method: 'GET',
    path: '/v2/account/keys',
    scopes: ['ssh_key:read'],
    answer: exchange => ({ status: 200, body: pageOf(exchange, 'ssh_keys', exchange.world.keys.all().map(showKey)) }),
  },
  { method: 'POST', path: '/v2/account/keys', scopes: ['ssh_key:create'], answer: addKey },
  {
    method: 'GET',
    path: '/v2/account/keys/{key}',
    scopes: ['ssh_key:read'],
    answer: exchange => ({ status: 200, body: { ssh_key: showKey(findKey(exchange)) } }),
  },
  {
    method: 'DELETE',
    path: '/v2/account/keys/{key}',
    scopes: ['ssh_key:delete'],
    answer(exchange) {
      exchange.world.keys.remove(findKey(exchange))
      return { status: 204 }
    },
  },
]

function showAccount({ world, token }: CloudExchange): Reply {
  const { dropletLimit, status, statusMessage } = world.account
  const account = {
    ...(hasScope(token, 'droplet:read') ? { droplet_limit: dropletLimit } : {}),
    floating_ip_limit: 3,
    email: 'sammy@example.org',
    name: 'Sammy the Shark',
    uuid: 'b6fr89dbf6d9156cace5f3c78dc9851d957381ef',
    email_verified: true,
    status,
    status_message: statusMessage,
    team: { uuid: '5df3e3004a17e242b7c20ca6c9fc25b701a47ece', name: 'My Team' },
  }
  return { status: 200, body: { account } }
}

function addKey({ world, body }: CloudExchange): Reply {
  const read = v.safeParse(keyBody, body)
  if (!read.success) throw unprocessable('Key invalid: a key needs a name and a public_key')
  const key = world.keys.add(read.output.name, read.output.public_key)
  if (key === 'broken') throw unprocessable('Key invalid, key should be of format `type key [comment]`')
  if (key === 'known') throw unprocessable('SSH Key is already in use on your account')
  return { status: 201, body: { ssh_key: showKey(key) } }
}

function findKey({ world, names }: CloudExchange): SshKey {
  const key = world.keys.find(names['key'] ?? '')
  if (key === undefined) throw notFound()
  return key
}

function showKey({ id, name, publicKey, fingerprint }: SshKey): Record<string, unknown> {
  return { id, fingerprint, public_key: publicKey, name }
}
