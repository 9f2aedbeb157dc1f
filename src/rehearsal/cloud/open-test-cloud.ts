import type { TestContext } from 'node:test'
import { fullToken } from './cloud-settings.ts'
import { type CloudOptions, openCloud, type OpenCloud } from './open-cloud.ts'

/** An answer of the API whose body has been read. */
export interface ReadReply {
  status: number
  headers: Headers
  /** The JSON of the body; undefined when there was none, text when it was something else. */
  body: unknown
}

/** A test cloud on a clock that is moved by hand. It goes away with the test. */
export interface TestCloud extends OpenCloud {
  /** Calls the API below `/v2`. */
  ask(method: string, path: string, body?: unknown, token?: string): Promise<ReadReply>
  /** Wishes for a droplet, or several; what is not said is usual. */
  create(wish?: Record<string, unknown>): Promise<ReadReply>
  /** Creates one droplet and says its number. */
  born(wish?: Record<string, unknown>): Promise<number>
  /** Moves the clock and lets everything happen that is due. */
  pass(seconds: number): Promise<void>
}

/** When the clocks of test clouds begin. */
export const testBegin = '2026-08-20T12:00:00Z'

/** Opens a cloud on a clock of the test's own, with as many droplets as it likes, and closes it after the test. */
export async function openTestCloud(t: TestContext, options: CloudOptions = {}): Promise<TestCloud> {
  let nowMs = Date.parse(testBegin)
  const cloud = await openCloud({ clock: () => new Date(nowMs), tickMs: 0, dropletLimit: 500, ...options })
  t.after(() => cloud.close())
  const ask = async (method: string, path: string, body?: unknown, token = fullToken) => {
    const answer = await fetch(`${cloud.url}/v2/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, body: readText(await answer.text()) }
  }
  const create = (wish: Record<string, unknown> = {}) => ask('POST', 'droplets', { ...usualWish, ...wish })
  return {
    ...cloud,
    ask,
    create,
    async born(wish = {}) {
      const { status, body } = await create(wish)
      if (status !== 202) throw new Error(`the create was answered ${status} ${JSON.stringify(body)}`)
      return (body as { droplet: { id: number } }).droplet.id
    },
    async pass(seconds) {
      nowMs += seconds * 1000
      await cloud.settle()
    },
  }
}

const usualWish = { name: 'mf-one', region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-12-x64' }

function readText(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** A public key of no one. */
export const testKey = `ssh-ed25519 ${Buffer.from('nobody has the other half of this').toString('base64')} nobody@example.org`
