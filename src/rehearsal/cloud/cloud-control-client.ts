import { Agent, request } from 'node:http'
import type { CloudAnswers, CloudChange } from './cloud-change.ts'
import type { CloudFaultWish } from './faults/cloud-armory.ts'

/** Changes a test cloud that runs in another program, and asks it what happened. Rejects with the cloud's words for what cannot be. */
export interface CloudControlClient {
  /** Arms a fault and says its number. */
  arm(wish: CloudFaultWish): Promise<number>
  /** Disarms one fault, or all. */
  disarm(id?: number): Promise<void>
  change(change: CloudChange): Promise<void>
  /** What the control path tells under a name. */
  ask<Name extends keyof CloudAnswers>(name: Name): Promise<CloudAnswers[Name]>
}

/** A client for the control path of the cloud at an address such as `http://127.0.0.1:40123`. */
export function cloudControlClient(url: string): CloudControlClient {
  // An agent of its own, so that no proxy setting of this machine stands between.
  const agent = new Agent({ keepAlive: false })
  const send = (change: CloudChange) => exchangeJson(agent, `${url}/_rehearsal/change`, 'POST', change)
  return {
    arm: async wish => ((await send({ kind: 'arm', ...wish })) as { id?: number }).id ?? 0,
    disarm: async id => void (await send({ kind: 'disarm', ...(id === undefined ? {} : { id }) })),
    change: async change => void (await send(change)),
    ask: async <Name extends keyof CloudAnswers>(name: Name) =>
      (await exchangeJson(agent, `${url}/_rehearsal/${name}`, 'GET')) as CloudAnswers[Name],
  }
}

function exchangeJson(agent: Agent, url: string, method: string, body?: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { agent, method }, answer => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.once('error', reject)
      answer.once('end', () => {
        const value = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { message?: string }
        if (answer.statusCode === 200) resolve(value)
        else reject(new Error(`the test cloud refused: ${value.message ?? answer.statusCode}`))
      })
    })
    asking.once('error', reject)
    asking.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
